// Scales are multiples of one f32 of the matrix.
// Needs: own_scale. Provides: scale_at.

@group(0) @binding(6) var<storage, read> parents : array<u32>;

fn scale_at(index : u32) -> f32 {
  let scale = own_scale(index) * bitcast<f32>(parents[0]);
  return select(scale, 0.0, abs(scale) < 0x1p-126f);
}
