// Copies one large buffer to another, four words an invocation at a time.
// Needs: source, sink; WORDS4 (vectors in each), STEP (invocations), a divisor of it.

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  for (var i = id.x; i < WORDS4; i += STEP) { sink[i] = source[i]; }
}
