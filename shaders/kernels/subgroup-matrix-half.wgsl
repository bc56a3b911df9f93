// As subgroup-matrix.wgsl, for matrices whose sums are f16: each step's product goes through workgroup memory and is added to
// f32 sums, in registers of the invocations that will store them.
// Needs: BM, BN, STEPS, THREADS, TILES; generated: Fragment, Sums, load_fragment, stage_fragment, multiply, add_products,
// store_sums. Provides: main.

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) workgroup : vec3<u32>,
  @builtin(local_invocation_index) index : u32,
  @builtin(subgroup_id) subgroup : u32,
  @builtin(num_subgroups) subgroups : u32,
) {
  let n0 = workgroup.x * BN;
  let m0 = workgroup.y * BM;
  var sums : Sums;
  var fragment = load_fragment(0u, m0, n0, index);
  stage_fragment(fragment, 0u, index);
  for (var step = 0u; step < STEPS; step++) {
    workgroupBarrier();
    // Without a condition, for drivers copy what is loaded under one; the last is loaded twice.
    fragment = load_fragment(min(step + 1u, STEPS - 1u), m0, n0, index);
    // However many subgroups the driver makes, each subtile is taken once.
    for (var tile = subgroup; tile < TILES; tile += subgroups) {
      multiply(tile);
    }
    workgroupBarrier();
    add_products(&sums, index);
    if (step + 1u < STEPS) {
      stage_fragment(fragment, step + 1u, index);
    }
  }
  store_sums(&sums, m0, n0, index);
}
