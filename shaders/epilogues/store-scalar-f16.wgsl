// Stores outputs one by one as f16, by the feature shader-f16: without it two outputs of one word could not be told apart.
// Needs: N, problem, finish1. Provides: store1, store4.

@group(0) @binding(5) var<storage, read_write> output : array<f16>;

fn store1(m : u32, n : u32, value : f32) {
  if (m < problem.M && n < N) {
    output[m * N + n] = f16(finish1(n, value));
  }
}

fn store4(m : u32, n : u32, value : vec4<f32>) {
  for (var i = 0u; i < 4u; i++) {
    store1(m, n + i, value[i]);
  }
}
