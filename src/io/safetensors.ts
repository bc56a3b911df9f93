import * as v from 'valibot';
import { decodeFloat16 } from '../base/float16.ts';
import { describeIssues, shown, text, wholeNumber } from './schema.ts';
import { type ByteSource, type Matrix, WeightSourceError } from './source.ts';

/** One tensor of a safetensors file. */
export interface Tensor {
  readonly name: string;
  /** `F32`, `BF16`, … */
  readonly dtype: string;
  /** Slowest axis first. */
  readonly shape: readonly number[];
  /** Where its bytes begin in the file, and how many they are. */
  readonly offset: number;
  readonly length: number;
}

/** No model's header is nearly as large; a length beyond it is a damaged or foreign file. */
const MAX_HEADER = 16 << 20;

/** Bits of a value of each type that the format defines; a type that it defines later is listed, but not checked. */
const BITS = new Map<string, number>([
  ...(['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0'] as const).map((dtype) => [dtype, 8] as const),
  ...(['U16', 'I16', 'F16', 'BF16'] as const).map((dtype) => [dtype, 16] as const),
  ...(['U32', 'I32', 'F32'] as const).map((dtype) => [dtype, 32] as const),
  ...(['U64', 'I64', 'F64', 'C64'] as const).map((dtype) => [dtype, 64] as const),
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['F4', 4],
]);

const count = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const TensorSchema = v.object({
  dtype: text,
  shape: v.array(count),
  data_offsets: v.strictTuple([count, count], 'a pair of offsets'),
});
const HeaderSchema = v.record(v.string(), TensorSchema);

type TensorEntry = v.InferOutput<typeof TensorSchema>;

function refuse(why: string): never {
  throw new WeightSourceError(`This is no readable safetensors file: ${why}`);
}

/**
 * Reads the list of tensors: an u64 length and JSON (https://github.com/huggingface/safetensors, "Format"). Checks, before
 * anything of the stated sizes is allocated, that the tensors fill the rest of the file without overlap or hole.
 *
 * @throws WeightSourceError saying what is wrong with the file.
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<readonly Tensor[]> {
  const headerBytes = await readHeaderLength(source);
  const entries = parseHeader(await source.read(8, headerBytes));
  const start = 8 + headerBytes;
  const tensors = entries.map(([name, entry]) => placeTensor(name, entry, start));
  tensors.sort((a, b) => a.offset - b.offset || a.length - b.length);
  checkCover(tensors, start, source.size);
  return tensors;
}

async function readHeaderLength(source: ByteSource): Promise<number> {
  const { size } = source;
  if (size < 8) refuse(`it is ${String(size)} bytes long.`);
  const bytes = await source.read(0, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > size - 8) {
    refuse(`it announces a header of ${String(length)} bytes, and has ${String(size - 8)} bytes in all.`);
  }
  if (length > MAX_HEADER) {
    refuse(`it announces a header of ${String(length)} bytes; at most ${String(MAX_HEADER)} are read.`);
  }
  return length;
}

function parseHeader(bytes: Uint8Array): [string, TensorEntry][] {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('its header is not JSON.');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return refuse(`its header is ${shown(header)}, not an object.`);
  }
  const tensors: Record<string, unknown> = { ...header };
  // Text about the file, by convention; nothing here depends on it.
  delete tensors['__metadata__'];
  const result = v.safeParse(HeaderSchema, tensors, { abortEarly: true, abortPipeEarly: true });
  if (!result.success) return refuse(`in its header, ${describeIssues('it', result.issues)}`);
  return Object.entries(result.output);
}

/** @param start where the tensors begin in the file. */
function placeTensor(name: string, { dtype, shape, data_offsets }: TensorEntry, start: number): Tensor {
  const [begin, end] = data_offsets;
  if (begin > end) refuse(`the tensor ${shown(name)} ends before it begins.`);
  const length = end - begin;
  const bits = BITS.get(dtype);
  const needed =
    bits === undefined ? length : (shape.reduce((product, size) => product * size, 1) * bits) / 8;
  if (length !== needed) {
    const what = `the tensor ${shown(name)}, ${shown(dtype)} ${shown(shape)},`;
    refuse(`${what} needs ${String(needed)} bytes and has ${String(length)}.`);
  }
  return { name, dtype, shape, offset: start + begin, length };
}

/** @param tensors in the order of their offsets. */
function checkCover(tensors: readonly Tensor[], start: number, size: number): void {
  let filled = start;
  for (const { name, offset, length } of tensors) {
    if (offset + length > size) {
      refuse(
        `the tensor ${shown(name)} ends at byte ${String(offset + length)} of ${String(size)}; is it cut off?`,
      );
    }
    if (offset < filled) refuse(`the tensor ${shown(name)} overlaps the one before it.`);
    if (offset > filled)
      refuse(`${String(offset - filled)} bytes before the tensor ${shown(name)} belong to none.`);
    filled = offset + length;
  }
  if (filled < size) refuse(`its last ${String(size - filled)} bytes belong to no tensor.`);
}

/** Reads little-endian values of each type that weights come in. */
const DECODERS: Readonly<Record<string, (bytes: ArrayBuffer) => Float32Array<ArrayBuffer>>> = {
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes), decodeFloat16),
  BF16: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer),
};

/**
 * Reads one weight matrix [N, K] of F32, F16 or BF16 values.
 *
 * @throws WeightSourceError if the file is damaged, has no such tensor, or the tensor is not such a matrix.
 */
export async function readSafetensorsMatrix(source: ByteSource, name: string): Promise<Matrix> {
  const tensors = await readSafetensorsHeader(source);
  const tensor = tensors.find((candidate) => candidate.name === name);
  if (!tensor) {
    throw noSuchTensor(
      name,
      tensors.map((known) => known.name),
    );
  }
  const { dtype, shape, offset, length } = tensor;
  const [N, K] = shape;
  if (shape.length !== 2 || !N || !K) {
    throw new WeightSourceError(
      `The tensor ${shown(name)} has the shape ${shown(shape)}: weights are a matrix [N, K].`,
    );
  }
  const decode = DECODERS[dtype];
  if (!decode) {
    const known = Object.keys(DECODERS).join(', ');
    throw new WeightSourceError(`The tensor ${shown(name)} is of type ${dtype}: ${known} can be read.`);
  }
  // A copy, because a view of these types must begin at a multiple of their size.
  const bytes = (await source.read(offset, length)).slice();
  return { N, K, values: decode(bytes.buffer) };
}

const NAMES_LISTED = 20;

/**
 * The error for a tensor that a file does not hold.
 *
 * @param known the tensors that it holds; the first of them are named.
 */
export function noSuchTensor(name: string, known: readonly string[]): WeightSourceError {
  return new WeightSourceError(`There is no tensor ${shown(name)}: ${listNames(known)}.`);
}

function listNames(known: readonly string[]): string {
  if (known.length === 0) return 'the file holds none';
  const names = known.slice(0, NAMES_LISTED).map(shown);
  const more = known.length - names.length;
  return `there are ${names.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}
