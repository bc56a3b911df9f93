/** A type of tensor that ggml has today. Its weights come in blocks, each of them along one row. */
export interface CurrentGgmlType {
  readonly status: 'current';
  /** What stands for it in a file. */
  readonly id: number;
  /** `Q4_K`, … */
  readonly name: string;
  /** Weights a block; 1 for plain numbers. */
  readonly blockSize: number;
  /** Bytes a block, its scales included. */
  readonly blockBytes: number;
}

/**
 * A type whose blocks are not known here: ggml has given it up (and other projects have given its number another
 * meaning: 36 is I2_S to bitnet.cpp), or has never had it.
 */
export interface OpaqueGgmlType {
  readonly status: 'removed' | 'unknown';
  readonly id: number;
  /** As ggml named it; `type 99` if it never did. */
  readonly name: string;
}

/** What the numbers of a GGUF tensor are. Told apart by `status`. */
export type GgmlType = CurrentGgmlType | OpaqueGgmlType;

/** Id, name, weights a block, bytes a block. */
type Row = readonly [id: number, name: string, blockSize: number, blockBytes: number];

/** As `enum ggml_type` of ggml/include/ggml.h numbers them; sizes are those of the structs in ggml/src/ggml-common.h. */
const CURRENT: readonly Row[] = [
  [0, 'F32', 1, 4],
  [1, 'F16', 1, 2],
  [2, 'Q4_0', 32, 18],
  [3, 'Q4_1', 32, 20],
  [6, 'Q5_0', 32, 22],
  [7, 'Q5_1', 32, 24],
  [8, 'Q8_0', 32, 34],
  [9, 'Q8_1', 32, 36],
  [10, 'Q2_K', 256, 84],
  [11, 'Q3_K', 256, 110],
  [12, 'Q4_K', 256, 144],
  [13, 'Q5_K', 256, 176],
  [14, 'Q6_K', 256, 210],
  [15, 'Q8_K', 256, 292],
  [16, 'IQ2_XXS', 256, 66],
  [17, 'IQ2_XS', 256, 74],
  [18, 'IQ3_XXS', 256, 98],
  [19, 'IQ1_S', 256, 50],
  [20, 'IQ4_NL', 32, 18],
  [21, 'IQ3_S', 256, 110],
  [22, 'IQ2_S', 256, 82],
  [23, 'IQ4_XS', 256, 136],
  [24, 'I8', 1, 1],
  [25, 'I16', 1, 2],
  [26, 'I32', 1, 4],
  [27, 'I64', 1, 8],
  [28, 'F64', 1, 8],
  [29, 'IQ1_M', 256, 56],
  [30, 'BF16', 1, 2],
  [34, 'TQ1_0', 256, 54],
  [35, 'TQ2_0', 256, 66],
  [39, 'MXFP4', 32, 17],
  [40, 'NVFP4', 64, 36],
  [41, 'Q1_0', 128, 18],
  [42, 'Q2_0', 64, 18],
];

/** Numbers that ggml has given up, by the names they had. */
const REMOVED: readonly (readonly [id: number, name: string])[] = [
  [4, 'Q4_2'],
  [5, 'Q4_3'],
  [31, 'Q4_0_4_4'],
  [32, 'Q4_0_4_8'],
  [33, 'Q4_0_8_8'],
  [36, 'IQ4_NL_4_4'],
  [37, 'IQ4_NL_4_8'],
  [38, 'IQ4_NL_8_8'],
];

const current = ([id, name, blockSize, blockBytes]: Row): CurrentGgmlType => ({
  status: 'current',
  id,
  name,
  blockSize,
  blockBytes,
});

/** Every type that ggml has or had, in the order of the numbers that stand for them. */
export const GGML_TYPES: readonly GgmlType[] = [
  ...CURRENT.map(current),
  ...REMOVED.map(([id, name]): OpaqueGgmlType => ({ status: 'removed', id, name })),
].sort((a, b) => a.id - b.id);

const BY_ID = new Map(GGML_TYPES.map((type) => [type.id, type]));

/** The type that a number in a file stands for. */
export const findGgmlType = (id: number): GgmlType =>
  BY_ID.get(id) ?? { status: 'unknown', id, name: `type ${String(id)}` };
