import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFolder, type StaticServer } from '../../bench/engines/static-server.ts';
import { fetchSource } from '../../src/workers/fetch-source.ts';

let folder: string;
let server: StaticServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  await mkdir(join(folder, 'page'));
  await writeFile(join(folder, 'page', 'a b.html'), '<p>page');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  server = await serveFolder(join(folder, 'page'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Asks without the clean-up that fetch does to an address. @returns the whole answer. */
const ask = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('end', () => {
      resolve(heard);
    });
    socket.on('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  });

describe('serveFolder', () => {
  it('serves a file, isolated from other origins', async () => {
    const response = await fetch(`${server.url}a%20b.html?query`);
    expect(await response.text()).toBe('<p>page');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/shared/0',
    '/',
    '/nothing',
    '/%E0%A4%A',
  ])('answers %s with 404', async (path) => {
    const heard = await ask(path);
    expect(heard).toMatch(/^HTTP\/1\.1 404/);
    expect(heard).not.toContain('secret\n');
  });

  it('serves a file from elsewhere only once it is shared', async () => {
    const url = server.share(join(folder, 'secret.txt'));
    expect(await (await fetch(url)).text()).toBe('secret');
    expect(server.share(join(folder, 'secret.txt'))).toBe(url);
    await rm(join(folder, 'secret.txt'));
    expect((await fetch(url)).status).toBe(404);
  });

  it('serves a range of a file, says where a file ends, and tells that it does', async () => {
    const url = `${server.url}a%20b.html`;
    const part = await fetch(url, { headers: { Range: 'bytes=3-5' } });
    expect([part.status, await part.text()]).toEqual([206, 'pag']);
    expect(part.headers.get('content-range')).toBe('bytes 3-5/7');
    const beyond = await fetch(url, { headers: { Range: 'bytes=3-7' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */7']);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.headers.get('accept-ranges'), head.headers.get('content-length')]).toEqual(['bytes', '7']);
  });

  it('gives a source that reads by ranges', async () => {
    const source = await fetchSource(`${server.url}a%20b.html`);
    expect(source.size).toBe(7);
    expect(new TextDecoder().decode(await source.read(3, 4))).toBe('page');
    expect([...(await source.read(7, 0))]).toEqual([]);
    await expect(source.read(4, 4)).rejects.toThrow(RangeError);
  });
});
