// C[M, N] for few rows, in dot products of four int8: an invocation sums TN columns over every SPLIT-th block of 32 along
// K, in registers; the SPLIT partial sums of an output are then added in a fixed order.
// Needs: ROWS, BN, TN, SPLIT, CHUNKS, store4; generated: Sums (of ROWS × TN columns, as vec4), add_block. Provides: main.

const LANES = BN / TN;
const QUADS = TN / 4u;
const OUTPUT_QUADS = ROWS * BN / 4u;

var<workgroup> partial : array<array<vec4<f32>, OUTPUT_QUADS>, SPLIT>;

@compute @workgroup_size(LANES * SPLIT)
fn main(@builtin(workgroup_id) workgroup : vec3<u32>, @builtin(local_invocation_index) index : u32) {
  let lane = index % LANES;
  let slice = index / LANES;
  let n0 = workgroup.x * BN;
  var sums : Sums;
  for (var block = slice; block < CHUNKS; block += SPLIT) {
    add_block(&sums, n0 + lane * TN, block);
  }
  for (var m = 0u; m < ROWS; m++) {
    for (var q = 0u; q < QUADS; q++) {
      partial[slice][m * (BN / 4u) + lane * QUADS + q] = sums[m][q];
    }
  }
  workgroupBarrier();
  for (var i = index; i < OUTPUT_QUADS; i += LANES * SPLIT) {
    var sum = partial[0][i];
    for (var s = 1u; s < SPLIT; s++) {
      sum += partial[s][i];
    }
    store4(i / (BN / 4u), n0 + i % (BN / 4u) * 4u, sum);
  }
}
