// Minima as f32; a subnormal is zero.
// Provides: min_value.

fn min_value(code : u32) -> f32 {
  return select(bitcast<f32>(code), 0.0, (code & 0x7f800000u) == 0u);
}
