// No scale a group: the second level is all.
// Provides: own_scale.

fn own_scale(_index : u32) -> f32 {
  return 1.0;
}
