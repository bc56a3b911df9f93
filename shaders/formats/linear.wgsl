// Codes of evenly spaced values, before their zero point is taken off.
// Provides: element_value.

fn element_value(code : u32) -> f32 {
  return f32(code);
}
