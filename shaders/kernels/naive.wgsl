// C[m, n] = Σ_k A[m, k] · scale · (code − zero), one invocation an output, one code at a time: the plainest kernel that
// takes every format and layout, and the oracle of the others.
// Needs: N, K, BITS, GROUP, WX, WY, words of one column, group_index, scale_at, zero_at, activation, store1.
// Provides: main.

fn code_at(n : u32, k : u32) -> u32 {
  let bit = (k % 32u) * BITS;
  let shift = bit % 32u;
  var code = words(n, k / 32u, bit / 32u) >> shift;
  if (shift + BITS > 32u) {
    code |= words(n, k / 32u, bit / 32u + 1u) << (32u - shift);
  }
  return code & ((1u << BITS) - 1u);
}

@compute @workgroup_size(WX, WY)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let n = id.x;
  let m = id.y;
  if (m >= problem.M || n >= N) {
    return;
  }
  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    let group = group_index(n, k / GROUP);
    let weight = scale_at(group) * (f32(code_at(n, k)) - zero_at(group));
    sum = fma(activation(m, k), weight, sum);
  }
  store1(m, n, sum);
}
