// C[M, N] for M of 1 to 4: an invocation sums TN columns over every SPLIT-th chunk of 32 codes, in registers; the SPLIT
// partial sums of an output are then added in a fixed order.
// Needs: ROWS, BN, TN, SPLIT, CHUNKS, store1; generated: Sums (of ROWS × TN columns, as vec4), add_chunk. Provides: main.

const LANES = BN / TN;
const QUADS = TN / 4u;
const OUTPUTS = ROWS * BN;

var<workgroup> partial : array<array<f32, OUTPUTS>, SPLIT>;

@compute @workgroup_size(LANES * SPLIT)
fn main(@builtin(workgroup_id) workgroup : vec3<u32>, @builtin(local_invocation_index) index : u32) {
  let lane = index % LANES;
  let slice = index / LANES;
  let n0 = workgroup.x * BN;
  var sums : Sums;
  for (var chunk = slice; chunk < CHUNKS; chunk += SPLIT) {
    add_chunk(&sums, n0 + lane * TN, chunk);
  }
  for (var m = 0u; m < ROWS; m++) {
    for (var q = 0u; q < QUADS; q++) {
      for (var c = 0u; c < 4u; c++) {
        partial[slice][m * BN + lane * TN + 4u * q + c] = sums[m][q][c];
      }
    }
  }
  workgroupBarrier();
  for (var i = index; i < OUTPUTS; i += LANES * SPLIT) {
    var sum = partial[0][i];
    for (var s = 1u; s < SPLIT; s++) {
      sum += partial[s][i];
    }
    store1(i / BN, n0 + i % BN, sum);
  }
}
