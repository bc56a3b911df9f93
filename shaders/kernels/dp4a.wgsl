// C tile [BM, BN] a workgroup, register tile [TM, TN] an invocation, in dot products of four int8. Each step stages a block
// of 32 along K of both operands in workgroup memory, four words a vector, weights as int8; the words of the next step are
// loaded while this one is multiplied. Sums of products are exact integers for as long as the scale is the same, and are
// added up in f32.
// Needs: BM, BN, TM, TN, CHUNKS; generated: Fragment, Accumulators, load_fragment, stage_fragment, multiply,
// store_accumulators. Provides: main.

const THREADS_N = BN / TN;
const THREADS = BM / TM * THREADS_N;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup : vec3<u32>, @builtin(local_invocation_index) lane : u32) {
  let n0 = workgroup.x * BN;
  let m0 = workgroup.y * BM;
  let tx = lane % THREADS_N;
  let ty = lane / THREADS_N;
  var acc : Accumulators;
  var fragment = load_fragment(0u, m0, n0, lane);
  for (var step = 0u; step < CHUNKS; step++) {
    workgroupBarrier();
    stage_fragment(fragment, lane);
    workgroupBarrier();
    // The last step loads its own block again, for nothing: a condition would cost every step more.
    fragment = load_fragment(min(step + 1u, CHUNKS - 1u), m0, n0, lane);
    multiply(&acc, tx, ty);
  }
  store_accumulators(&acc, m0, n0, tx, ty);
}
