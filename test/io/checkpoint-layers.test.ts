import { describe, expect, test } from 'vitest';
import {
  findCheckpointLayer,
  listCheckpointLayers,
  type NamedTensor,
} from '../../src/io/checkpoint-layers.ts';
import { WeightSourceError } from '../../src/io/source.ts';

type Shape = readonly [dtype: string, ...shape: number[]];

/** Tensors of a layer by their last names. */
const layer = (prefix: string, parts: Readonly<Record<string, Shape>>): NamedTensor[] =>
  Object.entries(parts).map(([part, [dtype, ...shape]]) => ({ name: `${prefix}.${part}`, dtype, shape }));

// The shapes of Llama-2-7B's attention and MLP projections as GPTQ and AutoAWQ store them: K → N.
const GPTQ_4 = {
  qweight: ['I32', 512, 11008],
  qzeros: ['I32', 32, 1376],
  scales: ['F16', 32, 11008],
  g_idx: ['I32', 4096],
} as const; // 4096 → 11008, 4 bits, 128
const AWQ = {
  qweight: ['I32', 4096, 1376],
  qzeros: ['I32', 32, 1376],
  scales: ['F16', 32, 11008],
} as const; // 4096 → 11008, 4 bits, 128

describe('a layer is told from the shapes of its tensors', () => {
  test.each([
    ['GPTQ, 4 bits', GPTQ_4, { kind: 'gptq', bits: 4, group: 128, N: 11008, K: 4096, hasGroupIndex: true }],
    ['AWQ', AWQ, { kind: 'awq', bits: 4, group: 128, N: 11008, K: 4096, hasGroupIndex: false }],
    [
      'GPTQ, 2 bits, groups of 64, without an index',
      { qweight: ['I32', 256, 4096], qzeros: ['I32', 64, 256], scales: ['F16', 64, 4096] },
      { kind: 'gptq', bits: 2, group: 64, N: 4096, K: 4096, hasGroupIndex: false },
    ],
    [
      'GPTQ, 3 bits, which straddle words',
      {
        qweight: ['I32', 384, 4096],
        qzeros: ['I32', 32, 384],
        scales: ['F16', 32, 4096],
        g_idx: ['I32', 4096],
      },
      { kind: 'gptq', bits: 3, group: 128, N: 4096, K: 4096, hasGroupIndex: true },
    ],
    [
      'GPTQ, 8 bits, one group a column, bfloat16',
      { qweight: ['I32', 1024, 64], qzeros: ['I32', 1, 16], scales: ['BF16', 1, 64], g_idx: ['I32', 4096] },
      { kind: 'gptq', bits: 8, group: 4096, N: 64, K: 4096, hasGroupIndex: true },
    ],
    [
      'AWQ of a square layer, one group a column',
      { qweight: ['I32', 64, 8], qzeros: ['I32', 1, 8], scales: ['F16', 1, 64] },
      { kind: 'awq', bits: 4, group: 64, N: 64, K: 64, hasGroupIndex: false },
    ],
  ] as const)('%s', (_, parts, expected) => {
    const found = findCheckpointLayer(
      layer('model.layers.0.mlp.up_proj', parts),
      'model.layers.0.mlp.up_proj',
    );
    expect(found).toMatchObject({ prefix: 'model.layers.0.mlp.up_proj', ...expected });
    expect(Object.keys(found.tensors).sort()).toEqual(Object.keys(parts).sort());
    expect(found.tensors.qweight.name).toBe('model.layers.0.mlp.up_proj.qweight');
    expect(found.tensors.scales.shape).toEqual(parts.scales.slice(1));
  });

  test('version 1 of GPTQ stores zero points less 1; version 2 and AWQ store them whole', () => {
    const gptq = layer('g', GPTQ_4);
    expect(findCheckpointLayer(gptq, 'g').zeroOffset).toBe(1);
    expect(findCheckpointLayer(gptq, 'g', 'gptq').zeroOffset).toBe(1);
    expect(findCheckpointLayer(gptq, 'g', 'gptq_v2').zeroOffset).toBe(0);
    expect(findCheckpointLayer(layer('a', AWQ), 'a').zeroOffset).toBe(0);
  });
});

describe('a checkpoint', () => {
  test('has its layers listed and everything else passed over', () => {
    const tensors = [
      ...layer('model.embed_tokens', { weight: ['F16', 32000, 4096] }),
      ...layer('model.layers.0.mlp.up_proj', { ...GPTQ_4, bias: ['F16', 11008] }),
      ...layer('model.layers.0.input_layernorm', { weight: ['F16', 4096] }),
      ...layer('another.method', { qweight: ['U8', 64, 64] }),
      ...layer('kv_cache', { scales: ['F16', 1, 64] }),
      ...layer('model.layers.1.mlp.up_proj', AWQ),
    ];
    const layers = listCheckpointLayers(tensors, 'gptq_v2');
    expect(layers.map(({ prefix, kind, zeroOffset }) => [prefix, kind, zeroOffset])).toEqual([
      ['model.layers.0.mlp.up_proj', 'gptq', 0],
      ['model.layers.1.mlp.up_proj', 'awq', 0],
    ]);
  });

  test('may have the tensors of a layer in different shards, which they still know', () => {
    const tensors = layer('l', AWQ).map((tensor, i) => ({ ...tensor, shard: `shard ${String(i)}` }));
    const [found] = listCheckpointLayers(tensors.toReversed());
    expect(found?.tensors.qweight.shard).toBe('shard 0');
    expect(found?.tensors.scales.shard).toBe('shard 2');
  });

  test('without such layers has none', () => {
    expect(listCheckpointLayers(layer('model', { weight: ['F16', 2, 2] }))).toEqual([]);
  });
});

const without = (parts: Readonly<Record<string, Shape>>, part: string): Record<string, Shape> =>
  Object.fromEntries(Object.entries(parts).filter(([name]) => name !== part));

describe('a broken layer is refused', () => {
  test.each<[string, Readonly<Record<string, Shape>>, string]>([
    ['without packed weights', without(GPTQ_4, 'qweight'), 'there is no tensor "l.qweight".'],
    ['without zero points', without(GPTQ_4, 'qzeros'), 'there is no tensor "l.qzeros".'],
    ['without scales', without(AWQ, 'scales'), 'there is no tensor "l.scales".'],
    [
      'with packed weights of 16 bits',
      { ...AWQ, qweight: ['I16', 4096, 1376] },
      'qweight (I16 [4096,1376]) must be of type I32.',
    ],
    [
      'with scales of 8 bits',
      { ...AWQ, scales: ['F8_E4M3', 32, 11008] },
      'scales (F8_E4M3 [32,11008]) must be of type F16 or BF16 or F32.',
    ],
    [
      'with a group index of 64 bits',
      { ...GPTQ_4, g_idx: ['I64', 4096] },
      'g_idx (I64 [4096]) must be of type',
    ],
    ['with scales in a row', { ...AWQ, scales: ['F16', 11008] }, 'scales (F16 [11008]) must be a matrix.'],
    ['with no zero points', { ...AWQ, qzeros: ['I32', 0, 1376] }, 'qzeros (I32 [0,1376]) must be a matrix'],
    [
      'with packed weights that fit neither packing',
      { ...AWQ, qweight: ['I32', 4096, 1000] },
      'qweight (I32 [4096,1000]) must have 11008 columns (GPTQ) or 1376 (AWQ).',
    ],
    [
      'with 5 bits',
      { ...GPTQ_4, qzeros: ['I32', 32, 1720] },
      'qzeros (I32 [32,1720]) for 11008 columns makes 5 bits a weight; GPTQ has 2, 3, 4, 8.',
    ],
    [
      'with AWQ of 8 bits',
      { ...AWQ, qweight: ['I32', 4096, 2752], qzeros: ['I32', 32, 2752] },
      'qzeros (I32 [32,2752]) for 11008 columns makes 8 bits a weight; AWQ has 4.',
    ],
    [
      'with zero points for fewer groups',
      { ...GPTQ_4, qzeros: ['I32', 16, 1376] },
      'qzeros (I32 [16,1376]) must have as many rows as scales (F16 [32,11008]).',
    ],
    [
      'with groups that do not divide K',
      { ...GPTQ_4, scales: ['F16', 33, 11008], qzeros: ['I32', 33, 1376] },
      'scales (F16 [33,11008]) has 33 groups, which do not divide K = 4096.',
    ],
    [
      'with half a row of weights',
      { ...GPTQ_4, qweight: ['I32', 1, 32], qzeros: ['I32', 1, 3], scales: ['F16', 1, 32] },
      'qweight (I32 [1,32]) must hold whole rows of weights, not 10.666666666666666.',
    ],
    [
      'with a group index of another length',
      { ...GPTQ_4, g_idx: ['I32', 4095] },
      'g_idx (I32 [4095]) must be of shape [4096].',
    ],
    [
      'with a group index and AWQ packing',
      { ...AWQ, g_idx: ['I32', 4096] },
      'g_idx (I32 [4096]) belongs to GPTQ, and qweight (I32 [4096,1376]) is packed as AWQ does.',
    ],
  ])('%s', (_, parts, message) => {
    const find = (): unknown => findCheckpointLayer(layer('l', parts), 'l');
    expect(find).toThrow(WeightSourceError);
    expect(find).toThrow(`The layer "l" cannot be read: ${message}`);
    expect(() => listCheckpointLayers(layer('l', parts))).toThrow(WeightSourceError);
  });

  test('that is not there', () => {
    expect(() => findCheckpointLayer(layer('l', AWQ), 'm')).toThrow(
      new WeightSourceError('The layer "m" cannot be read: there is no tensor "m.qweight".'),
    );
  });
});
