// C tile [BM, BN] a workgroup, register tile [TM, TN] an invocation. Each step stages BK codes along K of both operands,
// transposed, in workgroup memory: weights are decoded once a workgroup, on the way in, and the words of the next step are
// loaded while this one is multiplied. Sums are kept in f32; with f16 arithmetic, those of one step in f16.
// Needs: BM, BN, BK, TM, TN, BUFFERS (1 or 2 copies of the tiles), RASTER, STEPS; generated: Inputs, Fragment, Accumulators,
// load_fragment, stage_fragment, multiply_step, store_accumulators. Provides: main.

const THREADS_N = BN / TN;
const THREADS = BM / TM * THREADS_N;

// The tile of a workgroup, along N and M: in bands of RASTER tiles along M, so that workgroups that run at the same time share
// weights and activations in the caches.
fn tile_of(workgroup : vec3<u32>, workgroups : vec3<u32>) -> vec2<u32> {
  if (RASTER == 1u) {
    return workgroup.xy;
  }
  let index = workgroup.y * workgroups.x + workgroup.x;
  let band = index / (RASTER * workgroups.x);
  let rows = min(RASTER, workgroups.y - band * RASTER);
  let place = index % (RASTER * workgroups.x);
  return vec2<u32>(place / rows, band * RASTER + place % rows);
}

@compute @workgroup_size(THREADS)
fn main(inputs : Inputs) {
  let lane = inputs.lane;
  let tile = tile_of(inputs.workgroup, inputs.workgroups);
  let n0 = tile.x * BN;
  let m0 = tile.y * BM;
  let tx = lane % THREADS_N;
  let ty = lane / THREADS_N;
  var acc : Accumulators;
  var fragment = load_fragment(0u, m0, n0, lane);
  for (var step = 0u; step < STEPS; step++) {
    let buffer = step % BUFFERS;
    if (BUFFERS == 1u) {
      workgroupBarrier();
    }
    stage_fragment(fragment, step, buffer, lane);
    workgroupBarrier();
    // Without a condition, for drivers copy what is loaded under one; the last is loaded twice.
    fragment = load_fragment(min(step + 1u, STEPS - 1u), m0, n0, lane);
    multiply_step(&acc, buffer, tx, ty, inputs);
  }
  store_accumulators(&acc, m0, n0, tx, ty);
}
