// SiLU: x / (1 + e⁻ˣ). The clamp keeps e⁻ˣ finite; what it changes is below 10⁻³³.
// Provides: finish1, finish4.

fn finish4(n : u32, x : vec4<f32>) -> vec4<f32> {
  return x / (1.0 + exp(-clamp(x, vec4<f32>(-80.0), vec4<f32>(80.0))));
}

fn finish1(n : u32, x : f32) -> f32 {
  return finish4(n, vec4<f32>(x)).x;
}
