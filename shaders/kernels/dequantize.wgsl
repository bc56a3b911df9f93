// W[n, k] for all n and k, eight codes an invocation. A subnormal becomes 0, whatever the device does with it.
// Needs: N, K, PADDED_K, WORKGROUP, STRIDE (invocations of a row of workgroups); generated: decode_run. Provides: main.

@group(0) @binding(5) var<storage, read_write> output : array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let index = id.y * STRIDE + id.x;
  let n = index / (PADDED_K / 8u);
  let run = index % (PADDED_K / 8u);
  if (n >= N) {
    return;
  }
  let weights = decode_run(n, run);
  for (var j = 0u; j < 8u; j++) {
    let k = run * 8u + j;
    if (k < K) {
      output[n * K + k] = select(weights[j], 0.0, abs(weights[j]) < 0x1p-126f);
    }
  }
}
