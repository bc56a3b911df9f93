// Reads a small buffer over and over, each workgroup beginning elsewhere, and never the same words twice in a row: too large
// for what a core has by itself, small enough for the cache that all share.
// Needs: source, keep; WORDS4 (vectors in it, a power of two), ROUNDS.

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  var all_of_it = vec4<u32>();
  for (var round = 0u; round < ROUNDS; round++) {
    let first = (id.x + round * 1024u) & (WORDS4 - 1u);
    all_of_it ^= source[first];
    all_of_it ^= source[(first + 256u) & (WORDS4 - 1u)];
    all_of_it ^= source[(first + 512u) & (WORDS4 - 1u)];
    all_of_it ^= source[(first + 768u) & (WORDS4 - 1u)];
  }
  keep(0u, all_of_it);
}
