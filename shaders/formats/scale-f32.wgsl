// Scales as f32.
// Needs: SCALE_WORDS. Provides: scale_at.

@group(0) @binding(3) var<storage, read> scales : array<f32, SCALE_WORDS>;

fn scale_at(index : u32) -> f32 {
  return scales[index];
}
