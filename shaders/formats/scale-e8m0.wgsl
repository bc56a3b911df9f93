// Powers of two, 2^(code − 127); code 0, whose value is a subnormal f32, is zero.
// Provides: scale_value.

fn scale_value(code : u32) -> f32 {
  return bitcast<f32>(code << 23u);
}
