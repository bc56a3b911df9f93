import { createServer } from 'vite';
import type { GalleryState } from '../../ui/gallery.ts';
import { ROOT } from '../../../bench/env/root.mjs';

/** The page on labs that play scripts, served from its sources. */
export interface Gallery {
  /** The address of one state. */
  url(state: GalleryState): string;
  close(): Promise<void>;
}

/** Serves `test/ui/gallery.html`. */
export async function serveGallery(): Promise<Gallery> {
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, ws: false, watch: null },
    optimizeDeps: { entries: ['test/ui/gallery.html'] },
  });
  await server.listen();
  const base = server.resolvedUrls?.local[0] ?? '';
  return {
    url: (state) => `${base}test/ui/gallery.html?${state}`,
    close: () => server.close(),
  };
}
