// Scales as binary16, two a word.
// Needs: scale_half. Provides: scale_word, own_scale.

@group(0) @binding(3) var<storage, read> scales : array<u32>;

fn scale_word(i : u32) -> u32 {
  return scales[i];
}

fn own_scale(index : u32) -> f32 {
  return scale_half(scales[index >> 1u] << (16u - 16u * (index & 1u)));
}
