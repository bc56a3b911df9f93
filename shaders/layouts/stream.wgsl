// One LSB-first stream a column: [N][K / 32][BITS] words, [N][GROUPS] scales.
// Needs: CHUNKS, BITS, GROUPS, WEIGHT_WORDS. Provides: word, group_index; `words` is generated from word.

@group(0) @binding(2) var<storage, read> weights : array<u32, WEIGHT_WORDS>;

// Word i of chunk `chunk` of column n.
fn word(n : u32, chunk : u32, i : u32) -> u32 {
  return weights[(n * CHUNKS + chunk) * BITS + i];
}

// The scale (and zero point) of group `group` of column n.
fn group_index(n : u32, group : u32) -> u32 {
  return n * GROUPS + group;
}
