// Scales as f32.
// Needs: SCALE_WORDS. Provides: scale_word, scale_at.

@group(0) @binding(3) var<storage, read> scales : array<u32, SCALE_WORDS>;

fn scale_word(i : u32) -> u32 {
  return scales[i];
}

fn scale_at(index : u32) -> f32 {
  return bitcast<f32>(scales[index]);
}
