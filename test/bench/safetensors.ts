/** A safetensors file of one F32 tensor, written by hand after the format's description. */
export function encodeSafetensors(
  name: string,
  shape: readonly number[],
  values: Float32Array<ArrayBuffer>,
): Buffer {
  const header = Buffer.from(
    JSON.stringify({ [name]: { dtype: 'F32', shape, data_offsets: [0, values.byteLength] } }),
  );
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length, 0);
  return Buffer.concat([length, header, Buffer.from(values.buffer)]);
}
