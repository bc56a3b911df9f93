// C[BM, BN] a workgroup, register tile [BM, TN] an invocation: all rows of the block, so that each weight is decoded once a
// block, in the registers of the only invocation that multiplies it. The chunks of 32 codes along K are dealt to SPLIT
// workgroups along z and there to INNER parts of the invocations. The activations of a chunk are staged in workgroup
// memory, from which all invocations of a part read the same.
// Needs: BM, BN, TN, INNER, CHUNKS, PART (chunks of a workgroup), activation4; generated: Sums (of BM × TN outputs),
// add_chunk, add_inner; store_sums. Provides: LANES, THREADS, QUADS, x_tile, main.

const LANES = BN / TN;
const THREADS = LANES * INNER;
const QUADS = TN / 4u;

var<workgroup> x_tile : array<array<array<vec4<f32>, 8>, BM>, INNER>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup : vec3<u32>, @builtin(local_invocation_index) index : u32) {
  let lane = index % LANES;
  let inner = index / LANES;
  // Quads of neighbouring lanes are neighbours; the quads of a lane are LANES apart.
  let n = workgroup.x * BN + 4u * lane;
  let m0 = workgroup.y * BM;
  let end = min((workgroup.z + 1u) * PART, CHUNKS);
  var sums : Sums;
  for (var first = workgroup.z * PART; first < end; first += INNER) {
    workgroupBarrier();
    for (var unit = index; unit < INNER * BM * 8u; unit += THREADS) {
      let part = unit / (BM * 8u);
      let m = unit / 8u % BM;
      if (first + part < end) {
        x_tile[part][m][unit % 8u] = activation4(m0 + m, (first + part) * 8u + unit % 8u);
      }
    }
    workgroupBarrier();
    if (first + inner < end) {
      add_chunk(&sums, n, first + inner, inner);
    }
  }
  add_inner(&sums, lane, inner);
  if (inner == 0u) {
    store_sums(&sums, n, m0, workgroup.z);
  }
}
