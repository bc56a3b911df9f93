// Minima as binary16.
// Needs: scale_half. Provides: min_value.

fn min_value(code : u32) -> f32 {
  return scale_half(code << 16u);
}
