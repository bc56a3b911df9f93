import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { dequantize } from '../../src/formats/dequantize.ts';
import { formatName } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import { type ByteSource, bytesSource, isQuantized } from '../../src/io/source.ts';
import { describeTensor, readTensor } from '../../src/io/weight-file.ts';
import { packAwq } from '../layouts/foreign/pack-awq.ts';
import { packGptq } from '../layouts/foreign/pack-gptq.ts';

type Entry = readonly [name: string, dtype: string, shape: readonly number[], data: ArrayBufferView];

/** A safetensors file of these tensors, in this order. */
function safetensors(entries: readonly Entry[]): ByteSource {
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, dtype, shape, { byteLength }] of entries) {
    header[name] = { dtype, shape, data_offsets: [end, end + byteLength] };
    end += byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const data = entries.map(([, , , { buffer, byteOffset, byteLength }]) =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
  );
  return bytesSource(Uint8Array.from(Buffer.concat([length, json, ...data])));
}

const [N, K] = [16, 256];

const quantized = (preset: string): QuantizedWeights =>
  quantize(randomWeights(3, N, K), N, K, PRESETS[preset]!.format);

function gptqFile(weights: QuantizedWeights, order?: Uint32Array): ByteSource {
  const { qweight, qzeros, scales, g_idx } = packGptq(weights, order);
  return safetensors([
    ['model.layers.0.up_proj.qweight', 'I32', [(K * 4) / 32, N], qweight],
    ['model.layers.0.up_proj.qzeros', 'I32', [2, (N * 4) / 32], qzeros],
    ['model.layers.0.up_proj.scales', 'F16', [2, N], scales],
    ['model.layers.0.up_proj.g_idx', 'I32', [K], g_idx],
    ['model.norm.weight', 'F32', [N], new Float32Array(N)],
  ]);
}

async function readWeights(source: ByteSource, name: string): Promise<QuantizedWeights> {
  const matrix = await readTensor(source, name);
  if (!isQuantized(matrix)) throw new Error(`${name} is not quantized`);
  return matrix;
}

describe('a GPTQ layer', () => {
  const weights = quantized('gptq4');

  it('is described by its prefix or by one of its tensors', async () => {
    for (const name of ['model.layers.0.up_proj', 'model.layers.0.up_proj.qweight']) {
      expect(await describeTensor(gptqFile(weights), name)).toEqual({ N, K, format: weights.format });
    }
  });

  it('is read as it was quantized', async () => {
    const read = await readWeights(gptqFile(weights), 'model.layers.0.up_proj');
    expect(read.format).toEqual(weights.format);
    expect(dequantize(read)).toEqual(dequantize(weights));
  });

  it('with act-order has its columns along K in the order of their groups', async () => {
    const order = Uint32Array.from({ length: K }, (_, k) => (k % 2) * (K / 2) + (k >> 1));
    const read = await readWeights(gptqFile(weights, order), 'model.layers.0.up_proj');
    const [sorted, original] = [dequantize(read), dequantize(weights)];
    // Each group keeps its members, in ascending order of where they were: the first of group 0 was k = 0.
    expect(sorted[0]).toBe(original[0]);
    for (const half of [0, 1]) {
      const members = (values: Float32Array): number[] =>
        [...values.subarray((half * K) / 2, ((half + 1) * K) / 2)].sort((a, b) => a - b);
      expect(members(sorted)).toEqual(members(original));
    }
  });

  it('of another group has no preset’s name', async () => {
    const format = { ...PRESETS['gptq4']!.format, group: 64 };
    const { qweight, qzeros, scales } = packGptq(quantize(randomWeights(3, N, K), N, K, format));
    const source = safetensors([
      ['a.qweight', 'I32', [(K * 4) / 32, N], qweight],
      ['a.qzeros', 'I32', [4, (N * 4) / 32], qzeros],
      ['a.scales', 'F16', [4, N], scales],
    ]);
    const described = await describeTensor(source, 'a');
    expect(formatName(described.format!)).toBe('uint4z1-g64');
    expect((await readWeights(source, 'a')).format).toEqual(described.format);
  });
});

describe('an AWQ layer', () => {
  it('is read as it was quantized', async () => {
    const weights = quantized('awq');
    const { qweight, qzeros, scales } = packAwq(weights);
    const source = safetensors([
      ['a.qweight', 'I32', [K, N / 8], qweight],
      ['a.qzeros', 'I32', [2, N / 8], qzeros],
      ['a.scales', 'F16', [2, N], scales],
    ]);
    expect(await describeTensor(source, 'a')).toEqual({ N, K, format: weights.format });
    expect(dequantize(await readWeights(source, 'a'))).toEqual(dequantize(weights));
  });

  it('with a tensor cut short is refused, naming it', async () => {
    const { qweight, scales } = packAwq(quantized('awq'));
    const source = safetensors([
      ['a.qweight', 'I32', [K, N / 8], qweight],
      ['a.scales', 'F16', [2, N], scales],
    ]);
    await expect(readTensor(source, 'a')).rejects.toMatchObject({
      name: 'WeightSourceError',
      message: expect.stringContaining('qzeros') as string,
    });
  });
});

describe('a GGUF file', () => {
  const open = async (): Promise<ByteSource> =>
    bytesSource(Uint8Array.from(await readFile('test/fixtures/ggml-vectors.gguf')));

  it('is told from safetensors by its first bytes, and described without reading weights', async () => {
    const source = await open();
    let furthest = 0;
    const watched: ByteSource = {
      size: source.size,
      read: (offset, length) => {
        furthest = Math.max(furthest, offset + length);
        return source.read(offset, length);
      },
    };
    expect(await describeTensor(watched, 'q4_K.quantized')).toEqual({
      N: 24,
      K: 512,
      format: PRESETS['q4_k']!.format,
    });
    // The header is some kilobytes; the first piece that is read ahead is 64 KiB.
    expect(furthest).toBeLessThanOrEqual(2 ** 16);
  });

  it('gives floats as floats, and says what it has where a tensor is not there', async () => {
    const source = await open();
    expect(await describeTensor(source, 'source.f32')).toEqual({ N: 24, K: 512 });
    expect(isQuantized(await readTensor(source, 'bf16.quantized'))).toBe(false);
    await expect(readTensor(source, 'none')).rejects.toThrow(/There is no tensor "none": there are/);
  });
});
