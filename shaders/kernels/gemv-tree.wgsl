// Adds the sums of the parts of K in pairs through workgroup memory, always the same pairs, and stores them.
// Needs: Sums, LANES, QUADS, ROWS, SPLIT, QUAD_COLUMNS, rows, store4. Provides: add_parts.

fn add_parts(sums : ptr<function, Sums>, n : u32, lane : u32, part : u32) {
  for (var half = SPLIT / 2u; half > 0u; half /= 2u) {
    if (part >= half && part < 2u * half) {
      for (var m = 0u; m < ROWS; m++) {
        for (var q = 0u; q < QUADS; q++) {
          rows[part][(m * QUADS + q) * LANES + lane] = (*sums)[m][q];
        }
      }
    }
    workgroupBarrier();
    if (part < half) {
      for (var m = 0u; m < ROWS; m++) {
        for (var q = 0u; q < QUADS; q++) {
          (*sums)[m][q] += rows[part + half][(m * QUADS + q) * LANES + lane];
        }
      }
    }
  }
  if (part == 0u) {
    for (var m = 0u; m < ROWS; m++) {
      for (var q = 0u; q < QUADS; q++) {
        store4(m, n + q * QUAD_COLUMNS, (*sums)[m][q]);
      }
    }
  }
}
