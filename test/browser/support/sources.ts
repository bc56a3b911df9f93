import { createServer } from 'vite';
import { ROOT } from '../../../bench/env/root.mjs';

/** The repository's sources, compiled as they are asked for. */
export interface Sources {
  /** Address of the repository's root, with a slash at its end. */
  readonly base: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves the sources to pages of tests.
 *
 * @param entry the HTML file whose dependencies are prepared at once, so that the page is not loaded twice.
 */
export async function serveSources(entry: string): Promise<Sources> {
  const server = await createServer({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, ws: false, watch: null },
    optimizeDeps: { entries: [entry] },
  });
  await server.listen();
  return { base: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}
