/** Numbers that an .npy file holds. */
export type NpyValues = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** The header, the length before it and the ten bytes before that fill a multiple of so many bytes. */
const ALIGNMENT = 64;
/** Magic, version 1.0, and the header's length. */
const PREFIX_BYTES = 10;

/**
 * What stands before the numbers of an .npy file, version 1.0 (NEP 1; numpy.lib.format): the numbers follow in C order,
 * little-endian, as they lie in memory.
 *
 * @param shape sizes, slowest first.
 */
export function npyHeader(values: NpyValues, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const type = values.BYTES_PER_ELEMENT === 4 ? '<f4' : '<f8';
  // A tuple of one has a comma behind it.
  const sizes = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((PREFIX_BYTES + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length - PREFIX_BYTES, true);
  bytes.set(new TextEncoder().encode(text), PREFIX_BYTES);
  bytes[length - 1] = 0x0a;
  return bytes;
}
