import { build, type Rolldown } from 'vite';
import { ROOT } from '../../../bench/env/root.mjs';
import type { GalleryState } from '../../ui/gallery.ts';
import { serveFiles } from './site.ts';

const PAGE = 'test/ui/gallery.html';

/** The page on labs that play scripts. */
export interface Gallery {
  /** The address of one state. */
  url(state: GalleryState): string;
  readonly close: () => void;
}

/** Builds `test/ui/gallery.html` in memory and serves it: a bundle opens in half the time of some hundred sources. */
export async function serveGallery(): Promise<Gallery> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    base: '/',
    publicDir: false,
    build: { write: false, target: 'es2022', minify: false, rolldownOptions: { input: PAGE } },
  });
  const { output } = built as Rolldown.RolldownOutput;
  const files = output.map((file): [string, Buffer] => [
    `/${file.fileName}`,
    Buffer.from(file.type === 'chunk' ? file.code : file.source),
  ]);
  const { url, close } = await serveFiles(new Map(files));
  return { url: (state) => `${url}${PAGE}?${state}`, close };
}
