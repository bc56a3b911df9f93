import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../bench/context.ts';
import { openNode } from '../../bench/engines/node.ts';
import { bytesSource } from '../../src/io/source.ts';
import { type GgufTensor } from '../../src/io/gguf/gguf-tensors.ts';
import { readGgufHeader } from '../../src/io/gguf/gguf-header.ts';
import { runFake } from './fake-context.ts';
import { launch, type Launched } from './launched.ts';

/** Weights quantized by ggml's reference code: for each type T a `T.quantized` and, decoded by ggml, a `T.expected`. */
const VECTORS = 'test/fixtures/ggml-vectors.gguf';

type Ended = Pick<Launched, 'code' | 'stdout' | 'stderr'>;

const argsFor = (file: string, tensor: string, output: string): string[] => [
  ...['dequant', file, '--tensor', tensor, '-o', output, '--quiet'],
];

/** One for all: starting a process and a driver takes longer than decoding. */
let engine: Promise<Engine> | undefined;

/** The command in this process, on a real engine. */
async function dequant(file: string, tensor: string, output: string): Promise<Ended> {
  return runFake(argsFor(file, tensor, output), {
    openEngine: async (choice) => {
      engine ??= openNode(choice);
      return { ...(await engine), close: () => Promise.resolve() };
    },
  });
}

let folder: string;
let file: Buffer;
let tensors: readonly GgufTensor[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  file = await readFile(VECTORS);
  ({ tensors } = await readGgufHeader(bytesSource(Uint8Array.from(file))));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await (await engine)?.close();
});

/** The numbers of a float32 tensor; −0 as +0, for ggml's own decode has both. */
function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer).map((value) => value + 0);
}

const bytesOf = (name: string): Uint8Array => {
  const { offset, length } = tensors.find((tensor) => tensor.name === name)!;
  return file.subarray(offset, offset + length);
};

const DECODED = [
  ...['q4_0', 'q4_1', 'q5_0', 'q5_1', 'q8_0', 'q2_K', 'q3_K', 'q4_K', 'q5_K', 'q6_K', 'iq4_nl', 'iq4_xs'],
  ...['mxfp4', 'nvfp4', 'tq1_0', 'tq2_0', 'q1_0', 'q2_0'],
];
const FLOATS = ['f16', 'bf16'];
/** Recognised, not decoded: their codes are places in grids of 256 to 2048 vectors of eight weights, no element codecs. */
const RECOGNISED = ['iq3_s', 'iq2_s', 'iq1_s'];

describe('dequant of real weights', () => {
  it('knows what becomes of every type of the file', () => {
    const types = tensors.flatMap(({ name }) => /^(.*)[.]quantized$/.exec(name)?.[1] ?? []);
    expect(new Set(types)).toEqual(new Set([...DECODED, ...FLOATS, ...RECOGNISED]));
  });

  it.each(DECODED)('of %s gives the same bits on GPU and CPU, and as ggml has them', async (type) => {
    const output = join(folder, `${type}.f32`);
    const { code, stdout, stderr } = await dequant(VECTORS, `${type}.quantized`, output);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('GPU and CPU decode all 12,288 weights to the same bits');
    const written = await readFile(output);
    expect(written.length).toBe(4 * 24 * 512);
    expect(floats(written)).toEqual(floats(bytesOf(`${type}.expected`)));
  });

  it('is what a user gets who launches it', async () => {
    const output = join(folder, 'launched.f32');
    const { code, stdout, stderr } = await launch(argsFor(VECTORS, 'q4_0.quantized', output)).ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('GPU and CPU decode all 12,288 weights to the same bits');
    expect(floats(await readFile(output))).toEqual(floats(bytesOf('q4_0.expected')));
  });

  it.each(FLOATS)('of %s writes its floats', async (type) => {
    const output = join(folder, `${type}.f32`);
    const { code, stdout } = await dequant(VECTORS, `${type}.quantized`, output);
    expect([code, stdout]).toEqual([0, expect.stringContaining('is not quantized')]);
    expect(floats(await readFile(output))).toEqual(floats(bytesOf(`${type}.expected`)));
  });

  it.each(RECOGNISED)('of %s is refused with the type and what is decoded', async (type) => {
    const { code, stderr } = await dequant(VECTORS, `${type}.quantized`, '/dev/null');
    expect(code).toBe(1);
    expect(stderr).toContain(
      `is of type ${type.toUpperCase()}: that type is recognised, but not decoded here`,
    );
  });

  it('decodes a block whose scale is NaN on the CPU alone, and says so', async () => {
    const changed = Uint8Array.from(file);
    const { offset } = tensors.find(({ name }) => name === 'q8_0.quantized')!;
    // The f16 scale of the second block of 34 bytes.
    changed.set([0x00, 0x7e], offset + 34);
    const path = join(folder, 'nan.gguf');
    await writeFile(path, changed);
    const output = join(folder, 'nan.f32');
    const { code, stdout } = await dequant(path, 'q8_0.quantized', output);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Block 1 of q8_0.*CPU alone/s)]);
    const [got, expected] = [floats(await readFile(output)), floats(bytesOf('q8_0.expected'))];
    expect([...got.subarray(0, 32)]).toEqual([...expected.subarray(0, 32)]);
    expect(got.subarray(32, 64).every(Number.isNaN)).toBe(true);
    expect([...got.subarray(64)]).toEqual([...expected.subarray(64)]);
  });

  it('sees a tensor that changed by one bit', async () => {
    const changed = Uint8Array.from(file);
    const { offset } = tensors.find(({ name }) => name === 'q4_K.quantized')!;
    // The low bit of a code in the middle of the first block of 144 bytes.
    changed[offset + 80]! ^= 1;
    const path = join(folder, 'changed.gguf');
    await writeFile(path, changed);
    const output = join(folder, 'changed.f32');
    expect((await dequant(path, 'q4_K.quantized', output)).code).toBe(0);
    const [got, expected] = [floats(await readFile(output)), floats(bytesOf('q4_K.expected'))];
    expect(got.reduce((count, value, i) => count + (value === expected[i] ? 0 : 1), 0)).toBe(1);
  });
});
