// Binary16 without unpack2x16float, which may flush a subnormal to zero.
// Provides: scale_half.

// The value of the half in the upper 16 bits of `word`. The shift spreads the sign over the bits between itself and the
// exponent, and the mask removes it.
fn scale_half(word : u32) -> f32 {
  let normal = bitcast<f32>((bitcast<u32>(bitcast<i32>(word & 0xffff0000u) >> 3u) & 0x8fffffffu) + 0x38000000u);
  let magnitude = (word >> 16u) & 0x7fffu;
  let subnormal = f32(magnitude) * select(0x1p-24f, -0x1p-24f, word >= 0x80000000u);
  return select(normal, subnormal, magnitude < 0x400u);
}
