// C[M, N] for M of 1 to 4: an invocation sums TN columns over its part of K in registers. A workgroup takes SPLIT · DEPTH
// chunks of 32 codes at a time: their activations are loaded once, made ready for the codes and staged in workgroup memory.
// The SPLIT sums of an output are added in a fixed order at the end.
// Needs: ROWS, BN, TN, SPLIT, DEPTH, ALONG, LANE_COLUMNS and QUAD_COLUMNS (columns from a lane, and from a quad of a lane, to the
// next), ROW_VECTORS, CHUNKS; add_parts; generated: Sums (of ROWS × TN columns, as vec4), prepare, stage, add_chunks.
// Provides: LANES, THREADS, QUADS, rows, main.

const LANES = BN / TN;
const THREADS = LANES * SPLIT;
const QUADS = TN / 4u;

// A row for each part of K: first the activations of DEPTH chunks for each row of C, at the end its sums of BN columns.
var<workgroup> rows : array<array<vec4<f32>, ROW_VECTORS>, SPLIT>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) workgroup : vec3<u32>, @builtin(local_invocation_index) index : u32) {
  let lane = select(index % LANES, index / SPLIT, ALONG == 1u);
  let part = select(index / LANES, index % SPLIT, ALONG == 1u);
  let n = workgroup.x * BN + lane * LANE_COLUMNS;
  var sums : Sums;
  prepare(index);
  for (var first = 0u; first < CHUNKS; first += SPLIT * DEPTH) {
    workgroupBarrier();
    stage(first, index);
    workgroupBarrier();
    let chunk = first + part * DEPTH;
    if (CHUNKS % (SPLIT * DEPTH) == 0u || chunk < CHUNKS) {
      add_chunks(&sums, n, chunk, part);
    }
  }
  workgroupBarrier();
  add_parts(&sums, n, lane, part);
}
