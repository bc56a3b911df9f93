// Whole multiples of the second level, in excess SCALE_EXCESS.
// Needs: SCALE_EXCESS. Provides: scale_value.

fn scale_value(code : u32) -> f32 {
  return f32(code) - SCALE_EXCESS;
}
