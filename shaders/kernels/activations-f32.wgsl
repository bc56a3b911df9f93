// Activations as f32, [M, PADDED_K], four a load.
// Needs: PADDED_K. Provides: activation4, activation.

@group(0) @binding(1) var<storage, read> activations : array<vec4<f32>>;

fn activation4(m : u32, k4 : u32) -> vec4<f32> {
  return activations[m * (PADDED_K / 4u) + k4];
}

fn activation(m : u32, k : u32) -> f32 {
  return activation4(m, k / 4u)[k % 4u];
}
