import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { ensurePage } from '../../../bench/env/build.mjs';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A served folder. */
export interface Site {
  /** Its address, a slash at the end. */
  readonly url: string;
  readonly close: () => void;
}

/** Serves the built page, built anew first where its sources have changed; a later build does not disturb it. */
export const servePage = async (): Promise<Site> => serveFiles(snapshot(await ensurePage(() => undefined)));

/** Serves files from memory, each by its path, a slash first. */
export function serveFiles(files: ReadonlyMap<string, Buffer>): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const path = pathname === '/' ? '/index.html' : decodeURIComponent(pathname);
    const content = files.get(path);
    if (!content) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, {
        'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      })
      .end(content);
  });
  return listen(server);
}

/** Every file below a folder by its path, a slash first. */
function snapshot(folder: string): ReadonlyMap<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(folder.length).replaceAll('\\', '/'), readFileSync(path)]));
}

function listen(server: Server): Promise<Site> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = (): void => {
        server.closeAllConnections();
        server.close();
      };
      resolve({ url: `http://127.0.0.1:${port}/`, close });
    });
  });
}
