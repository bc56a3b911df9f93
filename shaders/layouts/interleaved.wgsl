// Words of NB columns side by side, K-major: [N / NB][K / 32][BITS][NB] words, [N / NB][GROUPS][NB] scales.
// Needs: NB, CHUNKS, BITS, GROUPS, WEIGHT_WORDS. Provides: word, words4, group_index.

const_assert NB % 4u == 0u;

@group(0) @binding(2) var<storage, read> weights : array<vec4<u32>, WEIGHT_WORDS / 4u>;

// Word i of chunk `chunk` of column n.
fn word(n : u32, chunk : u32, i : u32) -> u32 {
  return words4(n / 4u, chunk, i)[n % 4u];
}

// Word i of chunk `chunk` of the columns 4 · n4 … 4 · n4 + 3: one load.
fn words4(n4 : u32, chunk : u32, i : u32) -> vec4<u32> {
  return weights[((n4 / (NB / 4u) * CHUNKS + chunk) * BITS + i) * (NB / 4u) + n4 % (NB / 4u)];
}

// The scale (and zero point) of group `group` of column n; those of n + 1 … follow it inside a block of NB.
fn group_index(n : u32, group : u32) -> u32 {
  return ((n / NB) * GROUPS + group) * NB + n % NB;
}
