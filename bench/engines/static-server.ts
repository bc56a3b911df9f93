import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A folder served on this machine only. */
export interface StaticServer {
  /** With a slash at the end. */
  readonly url: string;
  /** Serves a file from anywhere. @returns its address. */
  share(path: string): string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** A page that is isolated from other origins gets finer clocks from the browser. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cache-Control': 'no-store',
};

/** Serves a folder on a free port of 127.0.0.1. */
export async function serveFolder(folder: string): Promise<StaticServer> {
  const shared: string[] = [];
  const server = createServer((request, response) => {
    void answer(locate(request, folder, shared), request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    share: (path) => {
      const known = shared.indexOf(path);
      const index = known < 0 ? shared.push(path) - 1 : known;
      return `${url}shared/${index}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The file that a request asks for; undefined if it lies outside the folder. */
function locate(
  { url = '/' }: IncomingMessage,
  folder: string,
  shared: readonly string[],
): string | undefined {
  const path = decode(url.replace(/[?#].*$/, ''));
  if (path === undefined) return undefined;
  const index = /^\/shared\/(\d+)$/.exec(path)?.[1];
  if (index !== undefined) return shared[Number(index)];
  const file = normalize(join(folder, path));
  return file.startsWith(folder + sep) ? file : undefined;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function answer(
  file: string | undefined,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) {
    response.writeHead(404, HEADERS).end();
    return;
  }
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  const common = { ...HEADERS, 'Content-Type': type, 'Accept-Ranges': 'bytes' };
  const range = readRange(headers.range, found.size);
  if (range === 'outside') {
    response.writeHead(416, { ...HEADERS, 'Content-Range': `bytes */${found.size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: found.size - 1 };
  const extent = range ? { 'Content-Range': `bytes ${start}-${end}/${found.size}` } : {};
  response.writeHead(range ? 206 : 200, { ...common, ...extent, 'Content-Length': end - start + 1 });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  // A browser that goes away in the middle is no failure of ours.
  await pipeline(createReadStream(file, range ?? {}), response).catch(() => undefined);
}

/** The bytes that a header `Range: bytes=START-END` asks for, both included; undefined for all. */
function readRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'outside' | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined) return undefined;
  const [start, end] = [Number(from), Number(to)];
  return start <= end && end < size ? { start, end } : 'outside';
}
