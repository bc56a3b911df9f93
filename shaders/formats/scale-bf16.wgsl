// Upper halves of f32; a subnormal is zero.
// Provides: scale_value.

fn scale_value(code : u32) -> f32 {
  return select(bitcast<f32>(code << 16u), 0.0, (code & 0x7f80u) == 0u);
}
