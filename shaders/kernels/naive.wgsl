// C[m, n] = Σ_k A[m, k] · w[n, k], one invocation an output, eight codes at a time: the plainest kernel that takes every
// format and layout, and the oracle of the others.
// Needs: N, PADDED_K, WX, WY, problem, store1; generated: add_run. Provides: main.

@compute @workgroup_size(WX, WY)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let n = id.x;
  let m = id.y;
  if (m >= problem.M || n >= N) {
    return;
  }
  var sum = 0.0;
  for (var run = 0u; run < PADDED_K / 8u; run++) {
    sum = add_run(sum, m, n, run);
  }
  store1(m, n, sum);
}
