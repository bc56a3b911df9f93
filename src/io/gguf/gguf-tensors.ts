import { shown } from '../schema.ts';
import { type GgufReader, refuseGguf } from './gguf-reader.ts';
import { findGgmlType, type GgmlType } from './gguf-types.ts';

/** One tensor of a GGUF file. */
export interface GgufTensor {
  readonly name: string;
  readonly type: GgmlType;
  /** Rows: the product of all sizes but the last of `shape`; 1 for a vector. */
  readonly N: number;
  /** Length of a row, along which the blocks lie; 1 for a scalar. */
  readonly K: number;
  /** Slowest axis first, [N, K] for a matrix; the file has them fastest first. */
  readonly shape: readonly number[];
  /** Where its bytes begin in the file. */
  readonly offset: number;
  /** How many they are; of an opaque type all up to the next tensor or the end, padding included. */
  readonly length: number;
}

/** What the header says of a tensor. */
export interface GgufTensorInfo extends Omit<GgufTensor, 'offset' | 'length'> {
  /** The byte of the file where the offset stands, for messages. */
  readonly at: number;
  /** From the beginning of the tensors' bytes on, a multiple of the alignment. */
  readonly offset: number;
  /** Bytes; `undefined` for an opaque type. */
  readonly length: number | undefined;
}

/** ggml's tensors have at most four axes, and names of fewer bytes than this. */
const MAX_AXES = 4;
const MAX_NAME = 1024;
/** Fewest bytes of a tensor in the header: length of the name, count of axes, type, offset. */
const INFO_BYTES = 24;

/**
 * Reads what the header says of each tensor.
 *
 * @param count how many the file announces.
 * @param countAt the byte where it does.
 * @throws WeightSourceError saying what is wrong with them, and at which byte.
 */
export async function readGgufTensorInfos(
  reader: GgufReader,
  count: number,
  countAt: number,
  alignment: number,
): Promise<readonly GgufTensorInfo[]> {
  if (count * INFO_BYTES > reader.left) {
    refuseGguf(
      countAt,
      `${String(count)} tensors are announced; ${String(reader.left)} bytes are left for them.`,
    );
  }
  const infos = new Map<string, GgufTensorInfo>();
  for (let i = 0; i < count; i++) {
    const begin = reader.at;
    const info = await readInfo(reader, alignment);
    if (infos.has(info.name)) refuseGguf(begin, `the tensor ${shown(info.name)} comes twice.`);
    infos.set(info.name, info);
  }
  return [...infos.values()];
}

async function readInfo(reader: GgufReader, alignment: number): Promise<GgufTensorInfo> {
  const name = await reader.text('the name of a tensor', MAX_NAME, true);
  const what = `the tensor ${shown(name)}`;
  const sizes = await readSizes(reader, what);
  if (!reader.has(12)) await reader.need(12, what);
  const type = findGgmlType(reader.uint32());
  const K = sizes[0] ?? 1;
  if (type.status === 'current' && K % type.blockSize !== 0) {
    refuseGguf(
      reader.at - 4,
      `${what} has rows of ${String(K)}; ${type.name} comes in blocks of ${String(type.blockSize)}.`,
    );
  }
  const at = reader.at;
  const offset = reader.uint64();
  if (offset % alignment !== 0) {
    refuseGguf(at, `${what} has the offset ${String(offset)}, which is no multiple of ${String(alignment)}.`);
  }
  const weights = sizes.reduce((product, size) => product * size, 1);
  const length = type.status === 'current' ? (weights / type.blockSize) * type.blockBytes : undefined;
  return { name, type, N: K === 0 ? 0 : weights / K, K, shape: sizes.toReversed(), at, offset, length };
}

/** @returns fastest axis first. */
async function readSizes(reader: GgufReader, what: string): Promise<readonly number[]> {
  if (!reader.has(4)) await reader.need(4, what);
  const axes = reader.uint32();
  if (axes > MAX_AXES) {
    refuseGguf(reader.at - 4, `${what} has ${String(axes)} axes; at most ${String(MAX_AXES)} are possible.`);
  }
  if (!reader.has(8 * axes)) await reader.need(8 * axes, what);
  const sizes: number[] = [];
  let weights = 1;
  for (let axis = 0; axis < axes; axis++) {
    const size = reader.uint64();
    weights *= size;
    if (size > Number.MAX_SAFE_INTEGER || weights > Number.MAX_SAFE_INTEGER) {
      refuseGguf(reader.at - 8, `${what} has too many weights: ${[...sizes, size].join(' × ')}.`);
    }
    sizes.push(size);
  }
  return sizes;
}

/**
 * Finds each tensor's bytes, and checks that they are inside the file and belong to no other tensor. Holes are allowed.
 *
 * @param start where the tensors' bytes begin in the file.
 * @param size of the file, in bytes.
 * @returns in the order of their bytes.
 * @throws WeightSourceError naming the tensor that does not fit, and the byte where its offset stands.
 */
export function placeGgufTensors(
  infos: readonly GgufTensorInfo[],
  start: number,
  size: number,
): readonly GgufTensor[] {
  const inOrder = infos.toSorted((a, b) => a.offset - b.offset || rank(a) - rank(b));
  let filled = start;
  return inOrder.map((info, i) => {
    const { name, type, N, K, shape } = info;
    const offset = start + info.offset;
    const next = inOrder[i + 1];
    const length = info.length ?? opaqueLength(info, offset, next ? start + next.offset : size);
    checkPlace(info, offset, length, filled, size);
    if (length > 0) filled = offset + length;
    return { name, type, N, K, shape, offset, length };
  });
}

/** Of tensors at the same offset, those without bytes come first, so that they overlap nothing. */
const rank = ({ length }: GgufTensorInfo): number => length ?? Infinity;

/** @param end where the next tensor begins, or the file ends. */
function opaqueLength({ at, name, type, N }: GgufTensorInfo, offset: number, end: number): number {
  if (end > offset || N === 0) return Math.max(0, end - offset);
  const what = `the tensor ${shown(name)} is of ${type.status} type ${String(type.id)}`;
  const ends = `it begins at byte ${String(offset)} and must end by byte ${String(end)}`;
  return refuseGguf(at, `${what}, and its length cannot be known: ${ends}.`);
}

function checkPlace(
  { at, name }: GgufTensorInfo,
  offset: number,
  length: number,
  filled: number,
  size: number,
): void {
  if (length === 0) return;
  if (offset + length > size) {
    refuseGguf(
      at,
      `the tensor ${shown(name)} ends at byte ${String(offset + length)} of ${String(size)}; is it cut off?`,
    );
  }
  if (offset < filled) refuseGguf(at, `the tensor ${shown(name)} overlaps the one before it.`);
}
