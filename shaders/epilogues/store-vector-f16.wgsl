// Stores outputs four at a time as f16, without the feature shader-f16; N is a multiple of 4.
// Needs: N, problem, finish4. Provides: store4.

const_assert N % 4u == 0u;

@group(0) @binding(5) var<storage, read_write> output : array<vec2<u32>>;

fn store4(m : u32, n : u32, value : vec4<f32>) {
  if (m < problem.M && n < N) {
    let finished = finish4(n, value);
    output[(m * N + n) / 4u] = vec2<u32>(pack2x16float(finished.xy), pack2x16float(finished.zw));
  }
}
