// C tile [BM, BN] a workgroup, in TILES subtiles [SM, SN] of matrices that a subgroup multiplies as a whole. Each step stages
// BK codes along K of both operands in workgroup memory, both with K contiguous: weights are decoded on the way in. Sums stay
// in the subgroups' matrices until the end.
// Needs: BM, BN, STEPS, THREADS, TILES, SETS; generated: Fragment, Accumulators, load_fragment, stage_fragment, multiply,
// store_accumulators. Provides: main.

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup : vec3<u32>,
  @builtin(local_invocation_index) index : u32,
  @builtin(subgroup_id) subgroup : u32,
  @builtin(num_subgroups) subgroups : u32,
) {
  let n0 = workgroup.x * BN;
  let m0 = workgroup.y * BM;
  // How many subgroups the driver makes is known only here. Fewer than planned take several subtiles each, first side by
  // side, then in rounds.
  for (var first = 0u; first < TILES; first += subgroups * SETS) {
    // With a value, for Tint clears a variable of matrices without one only once.
    var acc = Accumulators();
    var fragment = load_fragment(0u, m0, n0, index);
    for (var step = 0u; step < STEPS; step++) {
      workgroupBarrier();
      stage_fragment(fragment, step, index);
      workgroupBarrier();
      // Without a condition, for drivers copy what is loaded under one; the last is loaded twice.
      fragment = load_fragment(min(step + 1u, STEPS - 1u), m0, n0, index);
      multiply(&acc, first + subgroup, subgroups);
    }
    store_accumulators(&acc, first, subgroup, subgroups, m0, n0, index);
  }
}
