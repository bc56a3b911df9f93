import { bytes, flops } from '../../src/base/units.ts';
import { compose } from '../../src/kernels/compose.ts';
import type { KernelPlan, Pass } from '../../src/kernels/plan.ts';
import { weightFormat } from '../support/weight-format.ts';

const HEAD = `struct Problem { M : u32 }
@group(0) @binding(0) var<uniform> problem : Problem;
@group(0) @binding(1) var<storage, read> activations : array<f32>;
@group(0) @binding(2) var<storage, read_write> output : array<f32>;
`;

/** Writes the activations' dot product with 1, 2, 3, … to every output but the last of each row. */
export const SUMS = `const N = 5u;
const K = 3u;
@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let m = id.y;
  let n = id.x;
  if (m >= problem.M || n >= N - 1u) { return; }
  var sum = 0.0;
  for (var k = 0u; k < K; k++) { sum += activations[m * K + k] * f32(k + 1u); }
  output[m * N + n] = sum * f32(n + 1u);
}
`;

/** A kernel that does nothing. */
export const NOTHING = `@compute @workgroup_size(1) fn main() {}
`;

/** A hand-made pass over uniforms, activations and output. */
export const pass = (body: string, dispatch: readonly [number, number, number] = [1, 2, 1]): Pass => ({
  shader: compose([
    { name: 'head.wgsl', wgsl: HEAD },
    { name: 'body.wgsl', wgsl: body },
  ]),
  entryPoint: 'main',
  workgroupSize: 8,
  dispatch,
  bindings: [
    { binding: 0, role: 'uniforms', access: 'uniform' },
    { binding: 1, role: 'activations', access: 'read' },
    { binding: 2, role: 'output', access: 'read_write' },
  ],
});

/** A hand-made plan: activations [2, 3], outputs [2, 5]. */
export const handMade = (passes: readonly Pass[], overrides: Partial<KernelPlan> = {}): KernelPlan => ({
  kind: 'plan',
  variant: 'hand-made',
  problem: {
    M: 2,
    N: 5,
    K: 3,
    format: weightFormat({ group: 'K', scale: 'f32' }),
    layout: 'interleaved',
    activation: 'f32',
    accumulator: 'f32',
    epilogue: 'none',
    output: 'f32',
  },
  tile: {},
  passes,
  buffers: { uniforms: bytes(16), activations: bytes(24), output: bytes(40) },
  geometry: { paddedN: 5, paddedK: 32, bits: 4, NB: 32, groups: 1 },
  paddedM: 2,
  numerics: { terms: 3, decodeRoundings: 1, offset: 0, span: 0, halfTerms: 0, halfRoundings: 0 },
  traffic: bytes(64),
  loaded: bytes(64),
  registers: 1,
  work: flops(60),
  workgroupBytes: bytes(0),
  macsPerIteration: 1,
  ...overrides,
});
