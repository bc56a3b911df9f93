// Pass one of two: decodes every weight once, a run of eight an invocation, neighbours along N side by side.
// Needs: BN, PADDED_N, PADDED_K, EXPAND_WORKGROUP, EXPAND_STRIDE (invocations of a row of workgroups), EXPANDED_DEPTH (words
// along K of a column); generated: expand_run. Provides: expand.

const RUNS = PADDED_K / 8u;

@compute @workgroup_size(EXPAND_WORKGROUP)
fn expand(@builtin(global_invocation_id) id : vec3<u32>) {
  let index = id.y * EXPAND_STRIDE + id.x;
  let column = index % BN;
  let run = index / BN % RUNS;
  let block = index / (BN * RUNS);
  if (block < PADDED_N / BN) {
    expand_run(block * BN + column, run, (block * EXPANDED_DEPTH + run * (EXPANDED_DEPTH / RUNS)) * BN + column);
  }
}
