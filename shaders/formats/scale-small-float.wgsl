// Unsigned floats of 3 mantissa bits: UE4M3 and UE5M3.
// Needs: SCALE_EXPONENT_SHIFT ((127 − bias) · 2^23), SCALE_SUBNORMAL_STEP. Provides: scale_value.

fn scale_value(code : u32) -> f32 {
  let normal = bitcast<f32>((code << 20u) + SCALE_EXPONENT_SHIFT);
  return select(normal, f32(code) * SCALE_SUBNORMAL_STEP, code < 8u);
}
