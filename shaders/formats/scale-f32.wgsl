// Scales as f32; a subnormal is zero.
// Provides: scale_word, scale_float, own_scale.

@group(0) @binding(3) var<storage, read> scales : array<u32>;

fn scale_word(i : u32) -> u32 {
  return scales[i];
}

fn scale_float(word : u32) -> f32 {
  return select(bitcast<f32>(word), 0.0, (word & 0x7f800000u) == 0u);
}

fn own_scale(index : u32) -> f32 {
  return scale_float(scales[index]);
}
