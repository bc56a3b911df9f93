// Stores the sums over parts of K, and in a second pass adds them up in their order.
// Needs: Sums, BM, QUADS, LANES, SPLIT, PADDED_M, PADDED_N, N, problem, store4, REDUCE_WORKGROUP. Provides: store_sums, reduce.

const PART_QUADS = PADDED_M * PADDED_N / 4u;

// Sums over parts of K: [SPLIT][PADDED_M][PADDED_N].
@group(0) @binding(8) var<storage, read_write> partials_out : array<vec4<f32>, SPLIT * PART_QUADS>;
@group(0) @binding(8) var<storage, read> partials : array<vec4<f32>, SPLIT * PART_QUADS>;

fn store_sums(sums : ptr<function, Sums>, n : u32, m0 : u32, part : u32) {
  for (var m = 0u; m < BM; m++) {
    for (var q = 0u; q < QUADS; q++) {
      partials_out[part * PART_QUADS + ((m0 + m) * PADDED_N + n) / 4u + q * LANES] = (*sums)[m][q];
    }
  }
}

@compute @workgroup_size(REDUCE_WORKGROUP)
fn reduce(@builtin(global_invocation_id) id : vec3<u32>) {
  let n = 4u * id.x;
  let m = id.y;
  if (m >= problem.M || n >= N) {
    return;
  }
  let quad = (m * PADDED_N + n) / 4u;
  var sum = partials[quad];
  for (var part = 1u; part < SPLIT; part++) {
    sum += partials[part * PART_QUADS + quad];
  }
  store4(m, n, sum);
}
