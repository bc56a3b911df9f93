// Scales are multiples of one f32 of the matrix by powers of two, of which 0 stands for 2^-127: half of the smallest normal f32.
// Needs: own_scale. Provides: scale_at.

@group(0) @binding(6) var<storage, read> parents : array<u32>;

fn scale_at(index : u32) -> f32 {
  let own = own_scale(index);
  let scale = max(own, 0x1p-126f) * bitcast<f32>(parents[0]) * select(1.0, 0.5, own == 0.0);
  return select(scale, 0.0, abs(scale) < 0x1p-126f);
}
