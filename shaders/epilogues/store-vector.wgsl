// Stores outputs four at a time; N is a multiple of 4.
// Needs: N, problem, finish4. Provides: store4.

const_assert N % 4u == 0u;

@group(0) @binding(5) var<storage, read_write> output : array<vec4<f32>>;

fn store4(m : u32, n : u32, value : vec4<f32>) {
  if (m < problem.M && n < N) {
    output[(m * N + n) / 4u] = finish4(n, value);
  }
}
