// A minimum a group, as a code of MIN_BITS bits.
// Needs: MIN_BITS. Provides: min_code.

@group(0) @binding(4) var<storage, read> zeros : array<u32>;

fn min_code(index : u32) -> u32 {
  let bit = index * MIN_BITS;
  let shift = bit & 31u;
  var code = zeros[bit >> 5u] >> shift;
  if (32u % MIN_BITS != 0u && shift + MIN_BITS > 32u) {
    code |= zeros[(bit >> 5u) + 1u] << (32u - shift);
  }
  return code & (0xffffffffu >> (32u - MIN_BITS));
}
