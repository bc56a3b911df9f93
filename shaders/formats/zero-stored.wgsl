// A zero point a group, ZERO_BITS wide (a power of two, so that none straddles a word), stored less ZERO_SHIFT.
// Needs: ZERO_BITS, ZERO_SHIFT. Provides: zero_at.

@group(0) @binding(4) var<storage, read> zeros : array<u32>;

fn zero_at(index : u32) -> f32 {
  let bit = index * ZERO_BITS;
  return f32(((zeros[bit >> 5u] >> (bit & 31u)) & ((1u << ZERO_BITS) - 1u)) + ZERO_SHIFT);
}
