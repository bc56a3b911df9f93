import type { BufferRole, KernelPlan } from '../../src/kernels/plan.ts';

/**
 * One way to leave work out once results are there, as a change of a right kernel's WGSL: what a dispatch left behind is taken for
 * what the next one would compute. Such a kernel is right on a first run, so that only how it is timed can tell.
 */
export interface MemoryFault {
  readonly id: string;
  /**
   * What must become of it: `wrong`, before the timing or after; or `named`, where all its results are right: then the time that
   * is told has all of the work in it, or the result warns that it has not.
   */
  readonly outcome: 'wrong' | 'named';
  /** Why the fault cannot be planted in a plan's module, or undefined where it can. */
  inapplicable(plan: KernelPlan): string | undefined;
  /** The faulty module. @throws Error where it finds nothing to change. */
  plant(wgsl: string): string;
}

/** Whether an f32 is what outputs and buffers between passes hold before they are written, in WGSL; see `POISON_BITS` and its other, NaN. */
const isPoison = (value: string): string => `!(${value} >= -1.0e36)`;

const only =
  (...variants: readonly string[]) =>
  ({ variant }: KernelPlan): string | undefined =>
    variants.includes(variant) ? undefined : `${variant} has no such pass`;

const needs =
  (role: BufferRole, why: string) =>
  ({ buffers }: KernelPlan): string | undefined =>
    buffers[role] === undefined ? why : undefined;

const singleOutputs = ({ problem }: KernelPlan): string | undefined =>
  problem.output === 'f32' ? undefined : 'outputs are not f32';

const first =
  (...reasons: readonly ((plan: KernelPlan) => string | undefined)[]) =>
  (plan: KernelPlan): string | undefined =>
    reasons.map((reason) => reason(plan)).find((reason) => reason !== undefined);

/** The module with a text in place of another that it must have. */
function replaced(wgsl: string, from: string | RegExp, to: string): string {
  const code = wgsl.replace(from, () => to);
  if (code === wgsl) throw new Error(`the kernel has no ${String(from)}`);
  return code;
}

/** Stores an output only where there is none yet. */
function keepOutputs(wgsl: string): string {
  const scalar = wgsl.includes('fn store1(');
  const there = scalar ? 'output[m * N + n]' : 'output[(m * N + n) / 4u].x';
  return replaced(
    wgsl,
    scalar
      ? /(?<=^fn store1\(.*\n) {2}if \(m < problem\.M && n < N\)/m
      : /(?<=^fn store4\(.*\n) {2}if \(m < problem\.M && n < N\)/m,
    `  if (m < problem.M && n < N && ${isPoison(there)})`,
  );
}

/** Computes the first output of each workgroup, and the others only where that is another than is there. */
const memoize = (wgsl: string): string =>
  `${replaced(
    wgsl,
    'fn main(@builtin(global_invocation_id) id : vec3<u32>) {',
    `fn main(@builtin(global_invocation_id) id : vec3<u32>, @builtin(local_invocation_index) lane : u32) {
  if (is_there(id, lane)) {
    return;
  }`,
  )}
var<workgroup> witness : u32;
fn is_there(id : vec3<u32>, lane : u32) -> bool {
  if (lane == 0u) {
    var sum = 0.0;
    for (var run = 0u; run < PADDED_K / 8u; run++) {
      sum = add_run(sum, id.y, id.x, run);
    }
    witness = u32(output[id.y * N + id.x] == finish1(id.x, sum));
  }
  return workgroupUniformLoad(&witness) == 1u;
}
`;

/**
 * Keeps two results in each output, a bfloat16 in either half, and swaps them where the other one is near what the first output of
 * a workgroup must be. Over poison all is computed, and stored as it is.
 */
const keepBoth = (wgsl: string): string =>
  [
    (text: string) =>
      replaced(
        text,
        'fn main(@builtin(global_invocation_id) id : vec3<u32>) {',
        `fn main(@builtin(global_invocation_id) id : vec3<u32>, @builtin(local_invocation_index) lane : u32) {
  if (swaps(id, lane)) {
    if (id.y < problem.M && id.x < N) {
      let word = bitcast<u32>(output[id.y * N + id.x]);
      output[id.y * N + id.x] = bitcast<f32>((word << 16u) | (word >> 16u));
    }
    return;
  }`,
      ),
    (text: string) =>
      replaced(text, '  store1(m, n, sum);', '  store1(m, n, beside(output[m * N + n], sum));'),
  ].reduce((text, change) => change(text), wgsl) +
  `
fn beside(old : f32, sum : f32) -> f32 {
  if (${isPoison('old')}) {
    return sum;
  }
  return bitcast<f32>(((bitcast<u32>(sum) + 0x8000u) & 0xffff0000u) | (bitcast<u32>(old) >> 16u));
}
var<workgroup> witness : u32;
fn swaps(id : vec3<u32>, lane : u32) -> bool {
  if (lane == 0u) {
    var sum = 0.0;
    for (var run = 0u; run < PADDED_K / 8u; run++) {
      sum = add_run(sum, id.y, id.x, run);
    }
    let old = output[id.y * N + id.x];
    let hidden = bitcast<f32>(bitcast<u32>(old) << 16u);
    witness = u32(!(${isPoison('old')}) && abs(hidden - sum) < 0.01 * abs(sum));
  }
  return workgroupUniformLoad(&witness) == 1u;
}
`;

/** Expands a run of weights only where there is none yet. */
const keepExpanded = (wgsl: string): string =>
  `${replaced(
    wgsl,
    /(?<=^fn expand_run\(n : u32, run : u32, at : u32\) {\n)/m,
    '  if (is_there(at)) {\n    return;\n  }\n',
  )}
fn is_there(at : u32) -> bool {
  for (var i = 0u; i < EXPANDED_DEPTH / RUNS; i++) {
    let before = bitcast<u32>(expanding[at + i * BN]);
    if (before != 0u && before != 0xfbadfbadu) {
      return true;
    }
  }
  return false;
}
`;

/** Keeps the codes of a block of activations whose scale is about what is there. */
const keepQuantized = (wgsl: string): string =>
  replaced(
    wgsl,
    '  let inverse = 1.0 / scale;\n',
    `  if (abs(bitcast<f32>(blocks_out[block].x) / scale - 1.0) < 0.1) {
    return;
  }
  let inverse = 1.0 / scale;
`,
  );

/** Keeps the sums of a workgroup over its part of K where there are some. */
const keepPartials = (wgsl: string): string =>
  `${replaced(
    wgsl,
    '  var sums : Sums;\n  for (var first',
    `  if (is_there(workgroup.z * PART_QUADS + (m0 * PADDED_N + workgroup.x * BN) / 4u, index)) {
    return;
  }
  var sums : Sums;
  for (var first`,
  )}
var<workgroup> witness : u32;
fn is_there(quad : u32, lane : u32) -> bool {
  if (lane == 0u) {
    let before = partials_out[quad].x;
    witness = u32(before != 0.0 && !(${isPoison('before')}));
  }
  return workgroupUniformLoad(&witness) == 1u;
}
`;

/**
 * Keeps the sums of two products at once, each in half of the parts of K, and finds them by their inputs: the fingerprint of each,
 * and which one is current, lie in a row of padding. No result of it is wrong, however two inputs alternate.
 */
const keepTwo = (wgsl: string): string =>
  [
    (text: string) =>
      replaced(
        text,
        '  let end = min((workgroup.z + 1u) * PART, CHUNKS);\n',
        `  let z = workgroup.z;
  if (z >= HALVES) {
    return;
  }
  let end = min((2u * z + 2u) * PART, CHUNKS);
  let choice = choose_half(n - 4u * lane, z, index);
  if (choice.y == 1u) {
    return;
  }
`,
      ),
    (text: string) => replaced(text, 'first = workgroup.z * PART;', 'first = 2u * z * PART;'),
    (text: string) =>
      replaced(
        text,
        'store_sums(&sums, n, m0, workgroup.z);',
        'store_sums(&sums, n, m0, choice.x * HALVES + z);',
      ),
    // Not into the row that is spare.
    (text: string) =>
      replaced(text, '      partials_out[part', '      if (m0 + m < problem.M) { partials_out[part').replace(
        '= (*sums)[m][q];',
        '= (*sums)[m][q]; }',
      ),
    (text: string) =>
      replaced(
        text,
        /^ {2}var sum = partials\[quad\];\n[^]*?\n {2}}\n/m,
        `  let current = u32(partials[spare_quad(n / BN * BN, 0u)].z);
  var sum = partials[current * HALVES * PART_QUADS + quad];
  for (var part = 1u; part < HALVES; part++) {
    sum += partials[(current * HALVES + part) * PART_QUADS + quad];
  }
`,
      ),
  ].reduce((text, change) => change(text), wgsl) +
  `
const HALVES = SPLIT / 2u;
// In a row of padding: the fingerprints of the halves in x and y, the current one in z.
fn spare_quad(n0 : u32, z : u32) -> u32 {
  return z * PART_QUADS + ((PADDED_M - 1u) * PADDED_N + n0) / 4u;
}
var<workgroup> chosen : vec2<u32>;
// The half that the sums of these inputs belong in, and whether they are there.
fn choose_half(n0 : u32, z : u32, lane : u32) -> vec2<u32> {
  if (lane == 0u) {
    var fingerprint = 0.0;
    for (var m = 0u; m < problem.M; m++) {
      for (var k4 = 0u; k4 < PADDED_K / 4u; k4++) {
        fingerprint += dot(activation4(m, k4), vec4<f32>(1.0, 2.0, 3.0, 4.0)) * f32(k4 + m + 1u);
      }
    }
    for (var group = 0u; group < GROUPS; group++) {
      fingerprint += 1000.0 * scale_at(group_index(n0, group));
    }
    var spare = partials_out[spare_quad(n0, z)];
    var half = select(1u, 0u, spare.x == fingerprint || ${isPoison('spare.x')} || spare.x == 0.0);
    chosen = vec2<u32>(half, u32(spare[half] == fingerprint));
    spare[half] = fingerprint;
    spare.z = f32(half);
    partials_out[spare_quad(n0, z)] = spare;
  }
  return workgroupUniformLoad(&chosen);
}
`;

/** The ways of leaving work out that timing must not fall for. */
export const MEMORY_FAULTS: readonly MemoryFault[] = [
  {
    id: 'outputs that are there are kept',
    outcome: 'wrong',
    inapplicable: singleOutputs,
    plant: keepOutputs,
  },
  {
    id: 'one output of a workgroup stands for all',
    outcome: 'named',
    inapplicable: first(only('naive'), singleOutputs),
    plant: memoize,
  },
  {
    id: 'each output holds two results',
    outcome: 'named',
    inapplicable: first(only('naive'), singleOutputs, ({ problem: { epilogue, K } }) => {
      if (epilogue !== 'none') return 'outputs are no sums';
      return K >= 2048 ? undefined : 'the bound of so short a sum leaves no room for half an output';
    }),
    plant: keepBoth,
  },
  {
    id: 'weights that are expanded are kept',
    outcome: 'wrong',
    inapplicable: needs('expanded', 'no weights are expanded'),
    plant: keepExpanded,
  },
  {
    id: 'quantized activations are kept while their scale is about right',
    outcome: 'wrong',
    inapplicable: needs('blocks', 'no activations are quantized'),
    plant: keepQuantized,
  },
  {
    id: 'partial sums that are there are kept',
    outcome: 'wrong',
    inapplicable: needs('partials', 'K is not split'),
    plant: keepPartials,
  },
  {
    id: 'the partial sums of two products are kept',
    outcome: 'named',
    inapplicable: first(needs('partials', 'K is not split'), ({ paddedM, problem, tile }) => {
      if (tile['SPLIT']! % 2 !== 0) return 'K is not split into an even number of parts';
      return problem.M < paddedM && paddedM === tile['BM']
        ? undefined
        : 'no row of the one block of rows is padding';
    }),
    plant: keepTwo,
  },
];
