// Adds the sums of the parts of K by subgroupAdd, then those of the subgroups in their order, and stores them. A workgroup has
// no other columns than those that each lane sums.
// Needs: Sums, LANES, QUADS, ROWS, SPLIT, QUAD_COLUMNS, rows, store4. Provides: add_parts.

fn add_parts(sums : ptr<function, Sums>, n : u32, lane : u32, part : u32) {
  let size = subgroupAdd(1u);
  let first = subgroupMin(part);
  for (var m = 0u; m < ROWS; m++) {
    for (var q = 0u; q < QUADS; q++) {
      let sum = subgroupAdd((*sums)[m][q]);
      if (part == first) {
        rows[first / size][(m * QUADS + q) * LANES + lane] = sum;
      }
    }
  }
  workgroupBarrier();
  if (part == 0u) {
    for (var m = 0u; m < ROWS; m++) {
      for (var q = 0u; q < QUADS; q++) {
        var sum = rows[0][(m * QUADS + q) * LANES + lane];
        for (var row = 1u; row < SPLIT / size; row++) {
          sum += rows[row][(m * QUADS + q) * LANES + lane];
        }
        store4(m, n + q * QUAD_COLUMNS, sum);
      }
    }
  }
}
