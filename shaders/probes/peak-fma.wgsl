// Eight independent chains of fused multiply-adds of four.
// Needs: source, keep; vector4 (an alias of vec4<f32> or vec4<f16>), ROUNDS.

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  // Operands that no compiler knows; zeros, so that no chain overflows.
  let factor = vector4(vec4<f32>(source[id.x & 63u]));
  let term = vector4(vec4<f32>(source[(id.x + 1u) & 63u]));
  var a = factor;
  var b = term;
  var c = factor + term;
  var d = factor - term;
  var e = factor * term;
  var f = -factor;
  var g = -term;
  var h = factor + factor;
  for (var round = 0u; round < ROUNDS; round++) {
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    c = fma(c, factor, term);
    d = fma(d, factor, term);
    e = fma(e, factor, term);
    f = fma(f, factor, term);
    g = fma(g, factor, term);
    h = fma(h, factor, term);
  }
  keep(0u, bitcast<vec4<u32>>(vec4<f32>(a + b + c + d + e + f + g + h)));
}
