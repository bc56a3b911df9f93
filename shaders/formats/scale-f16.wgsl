// Scales as binary16, two a word.
// Needs: SCALE_WORDS. Provides: scale_word, scale_half, scale_at.

@group(0) @binding(3) var<storage, read> scales : array<u32, SCALE_WORDS>;

fn scale_word(i : u32) -> u32 {
  return scales[i];
}

// The value of the half in the upper 16 bits of `word`. Built from integers, because unpack2x16float may flush a
// subnormal to zero; the shift spreads the sign over the bits between itself and the exponent, and the mask removes it.
fn scale_half(word : u32) -> f32 {
  let normal = bitcast<f32>((bitcast<u32>(bitcast<i32>(word & 0xffff0000u) >> 3u) & 0x8fffffffu) + 0x38000000u);
  let magnitude = (word >> 16u) & 0x7fffu;
  let subnormal = f32(magnitude) * select(0x1p-24f, -0x1p-24f, word >= 0x80000000u);
  return select(normal, subnormal, magnitude < 0x400u);
}

fn scale_at(index : u32) -> f32 {
  return scale_half(scales[index >> 1u] << (16u - 16u * (index & 1u)));
}
