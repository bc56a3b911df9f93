// Scales are what is stored.
// Needs: own_scale. Provides: scale_at.

fn scale_at(index : u32) -> f32 {
  return own_scale(index);
}
