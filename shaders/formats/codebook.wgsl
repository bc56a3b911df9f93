// Codes of a table.
// Needs: CODEBOOK. Provides: element_value.

fn element_value(code : u32) -> f32 {
  return CODEBOOK[code];
}
