// C tile [BM, BN] a workgroup, register tile [TM, TN] an invocation. Each step stages BK codes along K of both operands,
// transposed, in workgroup memory: weights are decoded once a workgroup, on the way in, and the words of the next step are
// loaded while this one is multiplied. The sum is kept in f32.
// Needs: BM, BN, BK, TM, TN, STEPS; generated: Fragment, Accumulators, load_fragment, stage_fragment, multiply,
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
  for (var step = 0u; step < STEPS; step++) {
    workgroupBarrier();
    stage_fragment(fragment, step, lane);
    workgroupBarrier();
    if (step + 1u < STEPS) {
      fragment = load_fragment(step + 1u, m0, n0, lane);
    }
    multiply(&acc, tx, ty);
  }
  store_accumulators(&acc, m0, n0, tx, ty);
}
