// Words of NB columns side by side, K-major: [N / NB][K / 32][BITS][NB] words, [N / NB][GROUPS][NB] scales.
// Needs: NB, CHUNKS, BITS, GROUPS, COLUMNS (1, 2 or 4), Words (their words). Provides: words, group_index,
// group_place.

const_assert NB % COLUMNS == 0u;

@group(0) @binding(2) var<storage, read> weights : array<Words>;

// Word i of chunk `chunk` of COLUMNS columns from n on: one load. n is a multiple of COLUMNS.
fn words(n : u32, chunk : u32, i : u32) -> Words {
  return weights[((n / NB * CHUNKS + chunk) * BITS + i) * (NB / COLUMNS) + (n % NB) / COLUMNS];
}

// The scale (and zero point) of group `group` of column n.
fn group_index(n : u32, group : u32) -> u32 {
  return (n / NB * GROUPS + group) * NB + n % NB;
}

// Column and group at an index.
fn group_place(index : u32) -> vec2<u32> {
  let block = index / NB;
  return vec2<u32>(block / GROUPS * NB + index % NB, block % GROUPS);
}
