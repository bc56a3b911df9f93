// Scales as codes of SCALE_BITS bits, one LSB-first stream.
// Needs: SCALE_BITS, scale_value. Provides: scale_word, own_scale.

@group(0) @binding(3) var<storage, read> scales : array<u32>;

fn scale_word(i : u32) -> u32 {
  return scales[i];
}

fn own_scale(index : u32) -> f32 {
  let bit = index * SCALE_BITS;
  let shift = bit & 31u;
  var code = scales[bit >> 5u] >> shift;
  if (32u % SCALE_BITS != 0u && shift + SCALE_BITS > 32u) {
    code |= scales[(bit >> 5u) + 1u] << (32u - shift);
  }
  return scale_value(code & ((1u << SCALE_BITS) - 1u));
}
