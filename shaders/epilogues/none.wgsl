// Sums are outputs.
// Provides: finish1, finish4.

fn finish1(n : u32, sum : f32) -> f32 {
  return sum;
}

fn finish4(n : u32, sum : vec4<f32>) -> vec4<f32> {
  return sum;
}
