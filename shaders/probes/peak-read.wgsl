// Reads a large buffer once.
// Needs: source, keep; WORDS4 (vectors in it), STEP (invocations), a divisor of it.

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  var all_of_it = vec4<u32>();
  for (var i = id.x; i < WORDS4; i += STEP) { all_of_it ^= source[i]; }
  keep(0u, all_of_it);
}
