import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_FILE } from '../../src/io/samples.ts';
import { fetchSource } from '../../src/workers/fetch-source.ts';
import { createFetchedWeights } from '../../src/workers/fetched-weights.ts';

/** A safetensors file with one matrix `t` [2, 3] of the values 0 … 5. */
function safetensors(): Buffer {
  const header = Buffer.from(JSON.stringify({ t: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer)]);
}

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === '/file.safetensors') response.end(safetensors());
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.close();
});

describe('fetchSource', () => {
  it('reads ranges of a file', async () => {
    const source = await fetchSource(`${base}file.safetensors`);
    expect(source.size).toBe(safetensors().length);
    expect([...(await source.read(source.size - 4, 4))]).toEqual([0, 0, 0xa0, 0x40]); // 5.0
  });

  it('says what the server answered', async () => {
    await expect(fetchSource(`${base}none`)).rejects.toMatchObject({
      name: 'WeightSourceError',
      message: `${base}none could not be fetched: the server answered 404.`,
    });
  });

  it('says that there is no server', async () => {
    const closed = fetchSource('http://127.0.0.1:1/none');
    await expect(closed).rejects.toMatchObject({ name: 'WeightSourceError', message: /still running/ });
  });
});

describe('createFetchedWeights', () => {
  it('reads a matrix from an address', async () => {
    const matrix = await createFetchedWeights(base).load(`${base}file.safetensors#t`);
    expect(matrix).toEqual({ N: 2, K: 3, values: Float32Array.of(0, 1, 2, 3, 4, 5) });
  });

  it('looks for samples in their folder', async () => {
    await expect(createFetchedWeights(base).load('sample:use-tanh')).rejects.toThrow(`${base}${SAMPLE_FILE}`);
  });

  it('refuses a path on disk and says who can read it', async () => {
    await expect(createFetchedWeights(base).load('model.safetensors#t')).rejects.toThrow(/command line/);
  });
});
