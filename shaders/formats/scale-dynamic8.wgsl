// The 8-bit dynamic map of bitsandbytes.
// Needs: DYNAMIC_MAP. Provides: scale_value.

fn scale_value(code : u32) -> f32 {
  return DYNAMIC_MAP[code];
}
