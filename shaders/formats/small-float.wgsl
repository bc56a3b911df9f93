// Codes of small floats with a sign in the top bit, built from integers: nothing on the way is a subnormal, NaN or infinite.
// Needs: MANTISSA_BITS, SIGN_BIT, SIGN_SHIFT (of it to the top of a word), EXPONENT_SHIFT ((127 − bias) · 2^23), LEAST_NORMAL.
// Provides: element_value, element_times.

// Read with an exponent like the others, a subnormal comes out as half the least normal value and half of its own: twice that less
// the least normal value is its own, and for every other code at least its own.
fn element_magnitude(code : u32) -> f32 {
  let normal = bitcast<f32>(((code & (SIGN_BIT - 1u)) << (23u - MANTISSA_BITS)) + EXPONENT_SHIFT);
  return min(normal, fma(normal, 2.0f, -LEAST_NORMAL));
}

fn element_sign(code : u32) -> u32 {
  return (code & SIGN_BIT) << SIGN_SHIFT;
}

fn element_value(code : u32) -> f32 {
  return bitcast<f32>(bitcast<u32>(element_magnitude(code)) | element_sign(code));
}

// The value times a factor that is not negative.
fn element_times(code : u32, factor : f32) -> f32 {
  return element_magnitude(code) * bitcast<f32>(bitcast<u32>(factor) | element_sign(code));
}
