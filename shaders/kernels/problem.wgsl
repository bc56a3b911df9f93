// What is not compiled in.
// Provides: problem.

struct Problem {
  M : u32,
}

@group(0) @binding(0) var<uniform> problem : Problem;
