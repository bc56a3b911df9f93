// A bias for each column.
// Needs: N. Provides: finish1, finish4.

@group(0) @binding(7) var<storage, read> bias : array<f32, N>;

fn finish1(n : u32, sum : f32) -> f32 {
  return sum + bias[n];
}

fn finish4(n : u32, sum : vec4<f32>) -> vec4<f32> {
  return sum + vec4<f32>(bias[n], bias[min(n + 1u, N - 1u)], bias[min(n + 2u, N - 1u)], bias[min(n + 3u, N - 1u)]);
}
