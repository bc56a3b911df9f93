// Minima as whole multiples of the second level's own.
// Provides: min_value.

fn min_value(code : u32) -> f32 {
  return f32(code);
}
