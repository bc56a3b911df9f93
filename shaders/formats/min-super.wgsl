// Minima are multiples of the second level's own, taken off.
// Needs: min_code, min_value, parent_at. Provides: min_at.

fn min_at(index : u32) -> f32 {
  return -(min_value(min_code(index)) * parent_at(index, 1u));
}
