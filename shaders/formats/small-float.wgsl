// Codes of small floats with a sign in the top bit, built from integers: nothing on the way is a subnormal, NaN or infinite.
// Needs: MANTISSA_BITS, SIGN_BIT, EXPONENT_SHIFT ((127 − bias) · 2^23), SUBNORMAL_STEP. Provides: element_value.

fn element_value(code : u32) -> f32 {
  let magnitude = code & (SIGN_BIT - 1u);
  let normal = bitcast<f32>((magnitude << (23u - MANTISSA_BITS)) + EXPONENT_SHIFT);
  let value = select(normal, f32(magnitude) * SUBNORMAL_STEP, magnitude < (1u << MANTISSA_BITS));
  return select(value, -value, code >= SIGN_BIT);
}
