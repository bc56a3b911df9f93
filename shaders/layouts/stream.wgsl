// One LSB-first stream a column: [N][K / 32] chunks, [N][GROUPS] scales.
// Needs: CHUNKS, GROUPS, CHUNK_VECTORS. Provides: chunk_start, group_index.

fn chunk_start(n : u32, chunk : u32) -> u32 {
  return (n * CHUNKS + chunk) * CHUNK_VECTORS;
}

fn group_index(n : u32, group : u32) -> u32 {
  return n * GROUPS + group;
}
