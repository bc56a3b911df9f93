// One stream a column: [N][K / 32][BITS] words.
// Needs: CHUNKS, BITS. Provides: word; `words` is generated from word.

@group(0) @binding(2) var<storage, read> weights : array<u32>;

// Word i of chunk `chunk` of column n.
fn word(n : u32, chunk : u32, i : u32) -> u32 {
  return weights[(n * CHUNKS + chunk) * BITS + i];
}
