/** One field of a protocol-buffers message: its tag and value as bytes. */
export type Field = Uint8Array<ArrayBuffer>;

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;

/** A field of a whole number ≥ 0 (wire type 0). @param value at most 2⁵³ − 1. */
export const numberField = (field: number, value: number): Field =>
  concatenate([varint(field * 8 + WIRE_VARINT), varint(value)]);

/** A field of bytes, of packed data or of a message (wire type 2). */
export const bytesField = (field: number, value: Uint8Array): Field =>
  concatenate([varint(field * 8 + WIRE_BYTES), varint(value.length), value]);

/** A field of text, as UTF-8. */
export const textField = (field: number, value: string): Field =>
  bytesField(field, new TextEncoder().encode(value));

/** A field that holds another message. */
export const messageField = (field: number, fields: readonly Field[]): Field =>
  bytesField(field, concatenate(fields));

/** A message: its fields one after the other. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Seven bits a byte, the low ones first; all bytes but the last have the top bit. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.of(...bytes, rest);
}
