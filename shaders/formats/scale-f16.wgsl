// Scales as binary16, two a word. Built from integers, because unpack2x16float may flush a subnormal to zero.
// Needs: SCALE_WORDS. Provides: scale_at.

@group(0) @binding(3) var<storage, read> scales : array<u32, SCALE_WORDS>;

fn scale_at(index : u32) -> f32 {
  let half = (scales[index >> 1u] >> ((index & 1u) * 16u)) & 0xffffu;
  let magnitude = half & 0x7fffu;
  let normal = bitcast<f32>((magnitude << 13u) + 0x38000000u);
  let value = select(normal, f32(magnitude) * 0x1p-24f, magnitude < 0x400u);
  return select(value, -value, half >= 0x8000u);
}
