// Powers of two, 2^(code − 127); that of code 0 is a subnormal f32, and whoever reads it takes 0 for it.
// Provides: scale_value.

fn scale_value(code : u32) -> f32 {
  return bitcast<f32>(code << 23u);
}
