/** Numbers that stand for the types of metadata values in a file. */
export const VALUE_TYPE = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

const encode = (text: string): number[] => [...new TextEncoder().encode(text)];

function bytesOf(size: number, write: (view: DataView) => void): number[] {
  const view = new DataView(new ArrayBuffer(size));
  write(view);
  return [...new Uint8Array(view.buffer)];
}

/** Little-endian. */
export const u32 = (value: number): number[] =>
  bytesOf(4, (view) => {
    view.setUint32(0, value, true);
  });

/** Little-endian. */
export const u64 = (value: number | bigint): number[] =>
  bytesOf(8, (view) => {
    view.setBigUint64(0, BigInt(value), true);
  });

/** Length in bytes, then UTF-8. */
export const string = (text: string): number[] => [...u64(encode(text).length), ...encode(text)];

/** A key of the metadata, the type of its value and the value's bytes. */
export const pair = (key: string, type: number, value: readonly number[]): number[] => [
  ...string(key),
  ...u32(type),
  ...value,
];

/** An array's type of items, their count and their bytes. */
export const array = (type: number, count: number | bigint, items: readonly number[]): number[] => [
  ...u32(type),
  ...u64(count),
  ...items,
];

/** What the header says of a tensor, [fastest axis first]. */
export const tensor = (
  name: string,
  sizes: readonly (number | bigint)[],
  type: number,
  offset: number | bigint,
): number[] => [...string(name), ...u32(sizes.length), ...sizes.flatMap(u64), ...u32(type), ...u64(offset)];

/** Parts of a GGUF file; what is left out is as a writer without fault has it. */
export interface GgufParts {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: number | bigint;
  readonly pairCount?: number | bigint;
  /** Each made by {@link pair}. */
  readonly metadata?: readonly (readonly number[])[];
  /** Each made by {@link tensor}. */
  readonly tensors?: readonly (readonly number[])[];
  readonly alignment?: number;
  /** Bytes of the tensors; zeros. */
  readonly data?: number;
}

/** The bytes of a GGUF file. */
export function ggufFile(parts: GgufParts): Uint8Array<ArrayBuffer> {
  const { magic = 'GGUF', version = 3, metadata = [], tensors = [], alignment = 32, data = 0 } = parts;
  const header = [
    ...encode(magic),
    ...u32(version),
    ...u64(parts.tensorCount ?? tensors.length),
    ...u64(parts.pairCount ?? metadata.length),
    ...metadata.flat(),
    ...tensors.flat(),
  ];
  const start = Math.ceil(header.length / alignment) * alignment;
  const bytes = new Uint8Array(data === 0 ? header.length : start + data);
  bytes.set(header);
  return bytes;
}
