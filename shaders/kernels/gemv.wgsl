// C[M, N] for M of 1 to 4: an invocation sums TN columns over every SPLIT-th chunk of 32 codes, in registers; the SPLIT
// partial sums of a column are then added pairwise in workgroup memory, in a fixed order.
// Needs: ROWS, BN, TN, SPLIT, CHUNKS; generated: Sums (the sums of ROWS × TN columns as vec4), add_chunk. Provides: main.

const LANES = BN / TN;
const QUADS = TN / 4u;

var<workgroup> partial : array<array<array<vec4<f32>, QUADS>, LANES>, SPLIT>;

@compute @workgroup_size(LANES * SPLIT)
fn main(@builtin(workgroup_id) workgroup : vec3<u32>, @builtin(local_invocation_index) index : u32) {
  let lane = index % LANES;
  let slice = index / LANES;
  let n = workgroup.x * BN + lane * TN;
  var sums : Sums;
  for (var chunk = slice; chunk < CHUNKS; chunk += SPLIT) {
    add_chunk(&sums, n, chunk);
  }
  for (var m = 0u; m < ROWS; m++) {
    for (var q = 0u; q < QUADS; q++) {
      partial[slice][lane][q] = sums[m][q];
    }
    workgroupBarrier();
    for (var half = SPLIT / 2u; half > 0u; half /= 2u) {
      if (slice < half) {
        for (var q = 0u; q < QUADS; q++) {
          partial[slice][lane][q] += partial[slice + half][lane][q];
        }
      }
      workgroupBarrier();
    }
    if (slice == 0u) {
      for (var q = 0u; q < QUADS; q++) {
        store4(m, n + 4u * q, partial[0][lane][q]);
      }
    }
    workgroupBarrier();
  }
}
