// Sixteen independent chains of products of four signed bytes, each summed to what it was.
// Needs: source, keep; ROUNDS. The language feature packed_4x8_integer_dot_product.

fn step4(sums : vec4<i32>, factor : u32) -> vec4<i32> {
  return vec4<i32>(
    sums.x + dot4I8Packed(u32(sums.x), factor),
    sums.y + dot4I8Packed(u32(sums.y), factor),
    sums.z + dot4I8Packed(u32(sums.z), factor),
    sums.w + dot4I8Packed(u32(sums.w), factor),
  );
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let factor = source[id.x & 63u].x;
  var a = vec4<i32>(source[(id.x + 1u) & 63u]);
  var b = a + 1;
  var c = a + 2;
  var d = a + 3;
  for (var round = 0u; round < ROUNDS; round++) {
    a = step4(a, factor);
    b = step4(b, factor);
    c = step4(c, factor);
    d = step4(d, factor);
  }
  keep(0u, bitcast<vec4<u32>>(a + b + c + d));
}
