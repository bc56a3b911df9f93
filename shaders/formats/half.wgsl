// Binary16 without unpack2x16float, which may flush a subnormal to zero.
// Provides: scale_half.

// The value of the half in the upper 16 bits of `word`. Read with an exponent like the others, a subnormal m · 2^-24 comes
// out as 2^-15 + m · 2^-25: twice that less 2^-14 is its value, and for every other half at least the value itself.
fn scale_half(word : u32) -> f32 {
  let normal = bitcast<f32>((((word >> 16u) & 0x7fffu) << 13u) + 0x38000000u);
  let magnitude = min(normal, fma(normal, 2.0f, -0x1p-14f));
  return bitcast<f32>(bitcast<u32>(magnitude) | (word & 0x80000000u));
}
