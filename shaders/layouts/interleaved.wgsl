// Tiles of NB columns × 32 codes, K-major: [N / NB][K / 32][NB] chunks, [N / NB][GROUPS][NB] scales.
// Needs: NB, CHUNKS, GROUPS, CHUNK_VECTORS. Provides: chunk_start, group_index.

fn chunk_start(n : u32, chunk : u32) -> u32 {
  return (((n / NB) * CHUNKS + chunk) * NB + n % NB) * CHUNK_VECTORS;
}

fn group_index(n : u32, group : u32) -> u32 {
  return ((n / NB) * GROUPS + group) * NB + n % NB;
}
