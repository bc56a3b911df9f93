// Reads workgroup memory, neighbouring invocations neighbouring vectors.
// Needs: source, keep; ROUNDS.

var<workgroup> tile : array<vec4<u32>, 1024>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local : u32) {
  for (var i = 0u; i < 4u; i++) { tile[(local + 256u * i) & 1023u] = source[(local + i) & 63u]; }
  workgroupBarrier();
  var all_of_it = vec4<u32>();
  for (var round = 0u; round < ROUNDS; round++) {
    let first = local + round;
    all_of_it ^= tile[first & 1023u];
    all_of_it ^= tile[(first + 256u) & 1023u];
    all_of_it ^= tile[(first + 512u) & 1023u];
    all_of_it ^= tile[(first + 768u) & 1023u];
  }
  keep(0u, all_of_it);
}
