// Single codes at addresses of their own, tile after tile: [N / TILE_COLUMNS][K / TILE_DEPTH] tiles.
// Needs: TILE_COLUMNS, TILE_DEPTH, PADDED_K, BITS; generated: tile_address. Provides: code_at.

@group(0) @binding(2) var<storage, read> weights : array<u32>;

fn code_at(n : u32, k : u32) -> u32 {
  let tile = n / TILE_COLUMNS * (PADDED_K / TILE_DEPTH) + k / TILE_DEPTH;
  let address = tile * (TILE_COLUMNS * TILE_DEPTH) + tile_address(n % TILE_COLUMNS, k % TILE_DEPTH);
  let bit = address * BITS;
  let shift = bit & 31u;
  var code = weights[bit >> 5u] >> shift;
  if (shift + BITS > 32u) {
    code |= weights[(bit >> 5u) + 1u] << (32u - shift);
  }
  return code & ((1u << BITS) - 1u);
}
