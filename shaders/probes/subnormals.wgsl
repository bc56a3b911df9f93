// What a device does with subnormal numbers. Operands come from a buffer, so that no compiler computes with them.

// 2^-126, 1/2, 2^-127, 2 as f32, and a word whose low half is 2^-24 as binary16.
@group(0) @binding(0) var<storage, read> operands : array<u32, 5>;
// The patterns of 2^-126 · 1/2, of 2^-127 · 2 and of the half as f32.
@group(0) @binding(1) var<storage, read_write> results : array<u32, 3>;

@compute @workgroup_size(1)
fn main() {
  results[0] = bitcast<u32>(bitcast<f32>(operands[0]) * bitcast<f32>(operands[1]));
  results[1] = bitcast<u32>(bitcast<f32>(operands[2]) * bitcast<f32>(operands[3]));
  results[2] = bitcast<u32>(unpack2x16float(operands[4]).x);
}
