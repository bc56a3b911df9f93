// Stores outputs one by one, for an N that is no multiple of 4.
// Needs: N, problem, finish1. Provides: store1, store4.

@group(0) @binding(5) var<storage, read_write> output : array<f32>;

fn store1(m : u32, n : u32, value : f32) {
  if (m < problem.M && n < N) {
    output[m * N + n] = finish1(n, value);
  }
}

fn store4(m : u32, n : u32, value : vec4<f32>) {
  for (var i = 0u; i < 4u; i++) {
    store1(m, n + i, value[i]);
  }
}
