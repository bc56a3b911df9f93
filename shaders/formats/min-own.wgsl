// Minima are what is stored.
// Needs: min_code, min_value. Provides: min_at.

fn min_at(index : u32) -> f32 {
  return min_value(min_code(index));
}
