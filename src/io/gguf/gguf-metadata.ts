import { shown } from '../schema.ts';
import { type GgufReader, refuseGguf } from './gguf-reader.ts';

/** Reads a plain number at the beginning of a view. */
type Decode = (view: DataView) => number | bigint | boolean;

/** Plain numbers by the name of their type: bytes, and how they are read. */
const NUMBERS = {
  uint8: { bytes: 1, decode: (view) => view.getUint8(0) },
  int8: { bytes: 1, decode: (view) => view.getInt8(0) },
  uint16: { bytes: 2, decode: (view) => view.getUint16(0, true) },
  int16: { bytes: 2, decode: (view) => view.getInt16(0, true) },
  uint32: { bytes: 4, decode: (view) => view.getUint32(0, true) },
  int32: { bytes: 4, decode: (view) => view.getInt32(0, true) },
  float32: { bytes: 4, decode: (view) => view.getFloat32(0, true) },
  bool: { bytes: 1, decode: (view) => view.getUint8(0) === 1 },
  uint64: { bytes: 8, decode: (view) => view.getBigUint64(0, true) },
  int64: { bytes: 8, decode: (view) => view.getBigInt64(0, true) },
  float64: { bytes: 8, decode: (view) => view.getFloat64(0, true) },
} as const satisfies Readonly<Record<string, { readonly bytes: number; readonly decode: Decode }>>;

type NumberType = keyof typeof NUMBERS;

/** What a value of the metadata, or the items of an array, can be. */
export type GgufValueType = NumberType | 'string' | 'array';

/** By the number that stands for it in a file. */
const VALUE_TYPES: readonly GgufValueType[] = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'string',
  'array',
  'uint64',
  'int64',
  'float64',
];

/** One number, word or text of the metadata; 64-bit integers are `bigint`. */
export interface GgufScalar {
  readonly type: NumberType | 'string';
  readonly value: number | bigint | boolean | string;
}

/** An array of the metadata. */
export interface GgufArray {
  readonly type: 'array';
  /** The type of every item. */
  readonly of: GgufValueType;
  readonly length: number;
  /** Left out of long arrays, such as a tokenizer's words. */
  readonly items?: readonly GgufValue[];
}

/** A value of the metadata. Told apart by `type`. */
export type GgufValue = GgufScalar | GgufArray;

const ALIGNMENT_KEY = 'general.alignment';

/** Items of the longest array that is kept. */
const ITEMS_KEPT = 64;
/** Arrays within arrays; ggml itself knows none. */
const MAX_DEPTH = 4;
/** Items of the longest array of arrays. */
const MAX_ARRAYS = 1 << 16;
/** Bytes of the longest key, as the format has it, and of the longest text that is kept. */
const MAX_KEY = 65_535;
const MAX_TEXT = 16 << 20;

/** Fewest bytes of a string (its length), of an array (item type, length), of a key with its value. */
const STRING_BYTES = 8;
const ARRAY_BYTES = 12;
const PAIR_BYTES = 13;

const fewestBytes = (type: GgufValueType): number => {
  if (type === 'string') return STRING_BYTES;
  return type === 'array' ? ARRAY_BYTES : NUMBERS[type].bytes;
};

/**
 * Reads the metadata: pairs of a key and a value. Of long arrays only the length is kept.
 *
 * @param count how many pairs the file announces.
 * @throws WeightSourceError saying what is wrong with them, and at which byte.
 */
export async function readGgufMetadata(
  reader: GgufReader,
  count: number,
): Promise<ReadonlyMap<string, GgufValue>> {
  if (count * PAIR_BYTES > reader.left) {
    refuseGguf(
      reader.at - 8,
      `${String(count)} values of metadata are announced; ${String(reader.left)} bytes are left.`,
    );
  }
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    const begin = reader.at;
    const key = await reader.text('a key of the metadata', MAX_KEY, true);
    const what = `the metadata ${shown(key)}`;
    if (metadata.has(key)) refuseGguf(begin, `${what} comes twice.`);
    const valueAt = reader.at;
    const value = await readValue(reader, await readValueType(reader, what), what);
    if (key === ALIGNMENT_KEY) checkAlignment(value, valueAt);
    metadata.set(key, value);
  }
  return metadata;
}

/** ggml takes none but a power of two. */
function checkAlignment(value: GgufValue, at: number): void {
  if (value.type === 'uint32' && Number.isInteger(Math.log2(Number(value.value)))) return;
  const is = value.type === 'array' ? 'an array' : `${String(value.value)} of type ${value.type}`;
  refuseGguf(at, `the metadata "${ALIGNMENT_KEY}" is ${is}: it must be a power of two of type uint32.`);
}

/** The multiple, in bytes, at which the metadata says that tensors begin; `undefined` if it does not say. */
export function statedAlignment(metadata: ReadonlyMap<string, GgufValue>): number | undefined {
  const stated = metadata.get(ALIGNMENT_KEY);
  return stated?.type === 'uint32' ? Number(stated.value) : undefined;
}

async function readValueType(reader: GgufReader, what: string): Promise<GgufValueType> {
  if (!reader.has(4)) await reader.need(4, what);
  const id = reader.uint32();
  return (
    VALUE_TYPES[id] ??
    refuseGguf(
      reader.at - 4,
      `${what} is of type ${String(id)}; the types are 0 to ${String(VALUE_TYPES.length - 1)}.`,
    )
  );
}

async function readValue(
  reader: GgufReader,
  type: GgufValueType,
  what: string,
  depth = 1,
): Promise<GgufValue> {
  if (type === 'array') return readArray(reader, what, depth, true);
  if (type === 'string') return { type, value: await reader.text(what, MAX_TEXT) };
  const { bytes, decode } = NUMBERS[type];
  if (!reader.has(bytes)) await reader.need(bytes, what);
  const view = reader.take(bytes);
  if (type === 'bool' && view.getUint8(0) > 1) {
    refuseGguf(reader.at - 1, `${what} is ${String(view.getUint8(0))}; 0 is false and 1 is true.`);
  }
  return { type, value: decode(view) };
}

/** @param kept whether the items are wanted, should they be few. */
async function readArray(reader: GgufReader, what: string, depth: number, kept: boolean): Promise<GgufArray> {
  const begin = reader.at;
  if (depth > MAX_DEPTH) refuseGguf(begin, `${what} is more than ${String(MAX_DEPTH)} arrays deep.`);
  const of = await readValueType(reader, what);
  if (!reader.has(8)) await reader.need(8, what);
  const length = reader.uint64();
  checkLength(reader, what, of, length);
  if (!kept || length > ITEMS_KEPT) {
    await skipItems(reader, what, depth, of, length);
    return { type: 'array', of, length };
  }
  const items: GgufValue[] = [];
  for (let i = 0; i < length; i++) items.push(await readValue(reader, of, what, depth + 1));
  return { type: 'array', of, length, items };
}

function checkLength(reader: GgufReader, what: string, of: GgufValueType, length: number): void {
  if (length * fewestBytes(of) > reader.left) {
    refuseGguf(
      reader.at - 8,
      `${what} is an array of ${String(length)} items; ${String(reader.left)} bytes are left.`,
    );
  }
  if (of === 'array' && length > MAX_ARRAYS) {
    refuseGguf(
      reader.at - 8,
      `${what} is an array of ${String(length)} arrays; at most ${String(MAX_ARRAYS)} are read.`,
    );
  }
}

/** @param length has been checked against what is left of the file. */
async function skipItems(
  reader: GgufReader,
  what: string,
  depth: number,
  of: GgufValueType,
  length: number,
): Promise<void> {
  if (of === 'array') {
    for (let i = 0; i < length; i++) await readArray(reader, what, depth + 1, false);
  } else if (of === 'string') {
    await skipStrings(reader, what, length);
  } else {
    reader.skip(length * NUMBERS[of].bytes);
  }
}

/** A loop of its own, because vocabularies have millions of strings: it waits for nothing that is there already. */
async function skipStrings(reader: GgufReader, what: string, length: number): Promise<void> {
  for (let i = 0; i < length; i++) {
    if (!reader.has(STRING_BYTES)) await reader.need(STRING_BYTES, what);
    const bytes = reader.uint64();
    if (bytes > reader.left) {
      refuseGguf(
        reader.at - 8,
        `a string of ${what} is ${String(bytes)} bytes long; ${String(reader.left)} bytes are left.`,
      );
    }
    reader.skip(bytes);
  }
}
