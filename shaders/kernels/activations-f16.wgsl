// Activations as binary16, [M, PADDED_K], two a word, four a load; read without the feature shader-f16.
// Needs: PADDED_K. Provides: activation4, activation.

@group(0) @binding(1) var<storage, read> activations : array<vec2<u32>>;

fn activation4(m : u32, k4 : u32) -> vec4<f32> {
  let words = activations[m * (PADDED_K / 4u) + k4];
  return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y));
}

fn activation(m : u32, k : u32) -> f32 {
  return activation4(m, k / 4u)[k % 4u];
}
