// Scales column after column: [N][GROUPS].
// Needs: GROUPS. Provides: group_index, group_place.

// The scale (and zero point) of group `group` of column n.
fn group_index(n : u32, group : u32) -> u32 {
  return n * GROUPS + group;
}

// Column and group at an index.
fn group_place(index : u32) -> vec2<u32> {
  return vec2<u32>(index / GROUPS, index % GROUPS);
}
