// Pass two of two: C tile [BM, BN] a workgroup, register tile [TM, TN] an invocation, over weights that are f32 or f16 already:
// they lie as [N / BN][K][BN], so that a step's are one stretch of memory. Each step stages BK of K in workgroup memory.
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
  var fragment = load_fragment(0u, m0, workgroup.x, lane);
  for (var step = 0u; step < STEPS; step++) {
    workgroupBarrier();
    stage_fragment(fragment, lane);
    workgroupBarrier();
    // Without a condition, for drivers copy what is loaded under one; the last is loaded twice.
    fragment = load_fragment(min(step + 1u, STEPS - 1u), m0, workgroup.x, lane);
    multiply(&acc, 0u, tx, ty);
  }
  store_accumulators(&acc, m0, n0, tx, ty);
}
