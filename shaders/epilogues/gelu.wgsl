// GELU in its tanh form: x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2 = x / (1 + e⁻ᵗ), t = 2 · √(2/π) · (x + 0.044715 · x³).
// The clamp keeps e⁻ᵗ finite; what it changes is below 10⁻³³.
// Provides: finish1, finish4.

fn finish4(n : u32, x : vec4<f32>) -> vec4<f32> {
  let t = 1.5957691216057308 * (x + 0.044715 * x * x * x);
  return x / (1.0 + exp(-clamp(t, vec4<f32>(-80.0), vec4<f32>(80.0))));
}

fn finish1(n : u32, x : f32) -> f32 {
  return finish4(n, vec4<f32>(x)).x;
}
