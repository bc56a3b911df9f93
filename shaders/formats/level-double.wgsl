// Scales are multiples of an f32 of each 256 groups, counted in row-major order, plus the last f32.
// Needs: own_scale, group_place, COLUMN_GROUPS, PARENT_WORDS. Provides: scale_at.

@group(0) @binding(6) var<storage, read> parents : array<u32>;

fn scale_at(index : u32) -> f32 {
  let place = group_place(index);
  let parent = bitcast<f32>(parents[(place.x * COLUMN_GROUPS + place.y) / 256u]);
  let scale = own_scale(index) * parent + bitcast<f32>(parents[PARENT_WORDS - 1u]);
  return select(scale, 0.0, abs(scale) < 0x1p-126f);
}
