// Activations as int8 in blocks of 32 along K, each with a scale and the sum of its codes, a block an invocation.
// Needs: PADDED_M, PADDED_K, QUANTIZE_WORKGROUP, activation4; generated: in_order. Provides: quantize_activations,
// quantized, blocks (what the pass wrote, for the others to read).

// [PADDED_M][PADDED_K / 16] four words of four codes; [PADDED_M][PADDED_K / 32] bits of scale and sum.
@group(0) @binding(9) var<storage, read_write> quantized_out : array<vec4<u32>>;
@group(0) @binding(10) var<storage, read_write> blocks_out : array<vec2<u32>>;
@group(0) @binding(9) var<storage, read> quantized : array<vec4<u32>>;
@group(0) @binding(10) var<storage, read> blocks : array<vec2<u32>>;

// largest / 127, rounded up to 12 significant bits and no less than 2^-100. The multiplication may be off by one step of
// f32 or two; what is less than 16 steps above a number of 12 bits is rounded to that, so that 127 gives 1.0 everywhere.
fn activation_scale(largest : f32) -> f32 {
  let bits = bitcast<u32>(largest * 0.007874015748031496f);
  return bitcast<f32>(max((bits + 0xfefu) & 0xfffff000u, 0x0d800000u));
}

@compute @workgroup_size(QUANTIZE_WORKGROUP)
fn quantize_activations(@builtin(global_invocation_id) id : vec3<u32>) {
  let block = id.x;
  if (block >= PADDED_M * (PADDED_K / 32u)) {
    return;
  }
  let m = block / (PADDED_K / 32u);
  let first = block % (PADDED_K / 32u) * 8u;
  var values : array<vec4<f32>, 8>;
  var largest = vec4<f32>();
  for (var i = 0u; i < 8u; i++) {
    values[i] = activation4(m, first + i);
    largest = max(largest, abs(values[i]));
  }
  let scale = activation_scale(max(max(largest.x, largest.y), max(largest.z, largest.w)));
  let inverse = 1.0 / scale;
  let ordered = in_order(values);
  var words : array<u32, 8>;
  var sum = 0;
  for (var i = 0u; i < 8u; i++) {
    let codes = vec4<i32>(clamp(round(ordered[i] * inverse), vec4<f32>(-127.0), vec4<f32>(127.0)));
    words[i] = pack4xI8(codes);
    sum += codes.x + codes.y + codes.z + codes.w;
  }
  quantized_out[2u * block] = vec4<u32>(words[0], words[1], words[2], words[3]);
  quantized_out[2u * block + 1u] = vec4<u32>(words[4], words[5], words[6], words[7]);
  blocks_out[block] = vec2<u32>(bitcast<u32>(scale), bitcast<u32>(sum));
}
