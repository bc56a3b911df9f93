// A zero point a group, ZERO_BITS wide (a power of two, so that none straddles a word), stored less ZERO_SHIFT.
// Needs: ZERO_BITS, ZERO_SHIFT. Provides: zero_word, zero_in, zero_at.

@group(0) @binding(4) var<storage, read> zeros : array<u32>;

// The word that has the zero point at `index`.
fn zero_word(index : u32) -> u32 {
  return zeros[(index * ZERO_BITS) >> 5u];
}

// The zero point at `index`, of its word.
fn zero_in(word : u32, index : u32) -> f32 {
  return f32(((word >> ((index * ZERO_BITS) & 31u)) & ((1u << ZERO_BITS) - 1u)) + ZERO_SHIFT);
}

fn zero_at(index : u32) -> f32 {
  return zero_in(zero_word(index), index);
}
