// Scales are multiples of an f16 that PARENT_GROUPS groups share; with minima, theirs follows it.
// Needs: own_scale, group_place, scale_half, PARENT_GROUPS, PARENTS (of a column), PARENT_HALVES (1 or 2).
// Provides: scale_at, parent_at.

@group(0) @binding(6) var<storage, read> parents : array<u32>;

// Half `which` of the second level of a group: 0 scales the scale, 1 the minimum.
fn parent_at(index : u32, which : u32) -> f32 {
  let place = group_place(index);
  let half = (place.x * PARENTS + place.y / PARENT_GROUPS) * PARENT_HALVES + which;
  return scale_half(parents[half >> 1u] << (16u - 16u * (half & 1u)));
}

fn scale_at(index : u32) -> f32 {
  return own_scale(index) * parent_at(index, 0u);
}
