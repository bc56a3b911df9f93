// One LSB-first stream a column: [N][K / 32][BITS] words, [N][GROUPS] scales.
// Needs: CHUNKS, BITS, GROUPS, WEIGHT_WORDS. Provides: word, words4, group_index.

@group(0) @binding(2) var<storage, read> weights : array<u32, WEIGHT_WORDS>;

// Word i of chunk `chunk` of column n.
fn word(n : u32, chunk : u32, i : u32) -> u32 {
  return weights[(n * CHUNKS + chunk) * BITS + i];
}

// Word i of chunk `chunk` of the columns 4 · n4 … 4 · n4 + 3: four loads.
fn words4(n4 : u32, chunk : u32, i : u32) -> vec4<u32> {
  let n = 4u * n4;
  return vec4<u32>(word(n, chunk, i), word(n + 1u, chunk, i), word(n + 2u, chunk, i), word(n + 3u, chunk, i));
}

// The scale (and zero point) of group `group` of column n.
fn group_index(n : u32, group : u32) -> u32 {
  return n * GROUPS + group;
}
