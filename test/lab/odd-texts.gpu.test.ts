import { expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import { checkOrder } from '../../src/lab/check-order.ts';
import { checkRaces } from '../../src/lab/check-races.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { LANE_PLAN, laneSubject, OUTPUT, useLaneDevice } from './lane-texts.ts';

verifyQuickly();

const never = new AbortController().signal;

const { gpu, loaded } = useLaneDevice();

const GIVEN =
  '@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) lane : u32, @builtin(global_invocation_id) id : vec3<u32>';

/** A text without a race: declarations, and what `main` does. */
const text = (declarations: string, body: string): string =>
  `${OUTPUT}\n${declarations}\n@compute @workgroup_size(64) fn main(${GIVEN}) {\n${body}\n}\n`;

/** What each of the two checks says of a text that has no race, and is the same in any order of its lanes. */
interface Odd {
  readonly races?: 'not made';
  readonly order?: 'not made';
  readonly wgsl: string;
}

const ODD: Readonly<Record<string, Odd>> = {
  'a directive, nested comments, and marks in another order': {
    wgsl: `diagnostic(off, derivative_uniformity);
/* a /* nested */ workgroupBarrier(); comment */
${OUTPUT} // tile[lane] = 1.0;
const_assert 1 < 2;
var<workgroup> tile : array<f32, 64,>;
@workgroup_size(8, 8,) @compute fn main(@builtin(local_invocation_index,) lane : u32, @builtin(global_invocation_id) id : vec3u,) {
  _ = id; tile[lane] = 1; workgroupBarrier ( ) ; output[lane] = tile [ 63 - lane ] ; }`,
  },
  'sizes that are computed from constants, and types with other names': {
    wgsl: text(
      'const A = 4u; const B = A * 2u; alias Row = array<vec4f, (B << 1u) / 2u>; alias Rows = array<Row, A>; var<workgroup> tile : Rows;',
      'if (lane % 2u == 0u) { tile[lane / 16u][lane % 16u / 2u] = vec4f(1.0); } workgroupBarrier(); output[id.x] = tile[3][7].w;',
    ),
  },
  'sizes that have the names of what a check tells lanes by': {
    wgsl: `const lane = 8u; const group = 8u; const place = 1u;
${OUTPUT}
var<workgroup> tile : array<f32, 64>;
@compute @workgroup_size(lane, group, place) fn main(@builtin(local_invocation_index) i : u32, @builtin(local_invocation_id) at : vec3u) {
  tile[at.x + lane * at.y] = f32(i); workgroupBarrier(); output[i] = tile[63u - i]; }`,
  },
  'a place that no other lane can be told': {
    ...{ races: 'not made', order: 'not made' },
    wgsl: `${OUTPUT}
var<workgroup> tile : array<f32, 64>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_index) at : u32, @builtin(local_invocation_index) lane : u32) {
  tile[lane] = f32(at); workgroupBarrier(); output[at] = tile[63u - lane]; }`,
  },
  'sizes that are set when it is compiled': {
    races: 'not made',
    wgsl: `override LANES : u32 = 64u;
${OUTPUT}
var<workgroup> tile : array<f32, LANES>;
@compute @workgroup_size(LANES) fn main(@builtin(local_invocation_index) lane : u32) {
  tile[lane] = 1.0; workgroupBarrier(); output[lane] = tile[LANES - 1u - lane]; }`,
  },
  'reads within indices, conditions, calls and returns': {
    wgsl: text(
      'var<workgroup> at : array<u32, 64>; fn other(i : u32) -> u32 { return 63u - at[i]; }',
      `at[lane] = lane; workgroupBarrier();
  let x = at[at[other(at[at[lane]])]];
  if ((at[0] == 0u && at[1] > 0u) || !(at[2] >= 9u)) { output[id.x] = select(f32(at[x]), -f32(at[3]), at[4] << 1u > 7u); }
  else if (at[5] == 0u) { output[id.x] = f32(at[6] & at[7]); }
  switch (at[8]) { case 0u, 1u: { output[id.x] = 0.5; } default: { output[id.x] += 1.0; } }`,
    ),
  },
  'loops of every kind': {
    wgsl: text(
      'var<workgroup> tile : array<i32, 64>;',
      `tile[lane] = 3; var sum = 0;
  for (var i = tile[lane]; i > 0; i -= 1) { sum += tile[lane]; }
  while (sum < 20) { sum += tile[lane]; if (sum == 15) { continue; } if (sum > 18) { break; } }
  loop { tile[lane]--; if (tile[lane] < 0) { break; } continuing { sum++; tile[lane] -= 0; break if sum > 90; } }
  workgroupBarrier(); output[id.x] = f32(sum + tile[lane ^ 1u]);`,
    ),
  },
  'shifts and compound assignments': {
    wgsl: text(
      'var<workgroup> bits : array<vec2<u32>, 64>;',
      `bits[lane] = vec2<u32>(lane, 1u); bits[lane].y <<= 3u; bits[lane].x >>= 1u; bits[lane] ^= bits[lane].yx; bits[lane].y |= 1u;
  workgroupBarrier(); output[id.x] = f32(bits[63u - lane].x + bits[lane].y);`,
    ),
  },
  'names that are hidden in blocks': {
    wgsl: text(
      'var<workgroup> tile : array<f32, 64>; fn f(tile : f32) -> f32 { return tile; }',
      `tile[lane] = 1.0; { var tile = array<f32, 2>(); tile[0] = 2.0; tile[1] = f(tile[0]); for (var lane = 0; lane < 2; lane++) { tile[lane] = 1.0; } output[id.x] = tile[1]; }
  workgroupBarrier(); output[id.x] += tile[63u - lane];`,
    ),
  },
  'a struct with a member of the name of the variable': {
    wgsl: text(
      'struct S { tile : f32, lane : vec3<f32>, m : mat2x2<f32>, } var<workgroup> tile : array<S, 64>;',
      'tile[lane] = S(1.0, vec3<f32>(), mat2x2<f32>()); tile[lane].lane.z = 2.0; tile[lane].m[1] = vec2<f32>(3.0); workgroupBarrier(); let s = tile[63u - lane]; output[id.x] = s.tile + s.lane.z + s.m[1].y + tile[lane].m[1][0];',
    ),
  },
  'a pointer to a variable of a function': {
    wgsl: text(
      'var<workgroup> tile : array<f32, 64>; fn add(sum : ptr<function, f32>, i : u32) { *sum += tile[i]; }',
      'var sum = 0.0; tile[lane] = 1.0; workgroupBarrier(); add(&sum, 63u - lane); let p = &sum; *p *= 2.0; output[id.x] = sum;',
    ),
  },
  'a pointer to workgroup memory': {
    races: 'not made',
    wgsl: text(
      'var<workgroup> tile : array<f32, 64>; fn put(p : ptr<workgroup, f32>) { *p = 1.0; }',
      'put(&tile[lane]); workgroupBarrier(); output[id.x] = tile[63u - lane];',
    ),
  },
  'a pointer to an element with a name': {
    races: 'not made',
    wgsl: text(
      'var<workgroup> tile : array<f32, 64>;',
      'let p = &(tile[lane]); *p = 1.0; workgroupBarrier(); output[id.x] = tile[63u - lane];',
    ),
  },
  'atomics of every kind': {
    wgsl: text(
      'struct C { n : atomic<u32>, x : array<f32, 64> } var<workgroup> c : C; var<workgroup> any : atomic<i32>;',
      `c.x[lane] = 1.0; atomicAdd(&c.n, 2u); atomicOr(&any, 1); loop { let old = atomicLoad(&c.n); if (atomicCompareExchangeWeak(&c.n, old, old + 1u).exchanged) { break; } }
  workgroupBarrier(); output[id.x] = f32(atomicLoad(&c.n)) + c.x[63u - lane] + f32(atomicLoad(&any));`,
    ),
  },
  subgroups: {
    order: 'not made',
    wgsl: `enable subgroups;\n${text(
      'var<workgroup> tile : array<f32, 64>;',
      'let sum = subgroupAdd(1.0); tile[lane] = sum; workgroupBarrier(); output[id.x] = tile[63u - lane] + sum;',
    )}`,
  },
  halves: {
    wgsl: `enable f16;\n${text(
      'var<workgroup> tile : array<vec4<f16>, 64>; var<workgroup> h : array<vec2h, 64>;',
      'tile[lane] = vec4<f16>(1.5h); h[lane].y = tile[lane].w; workgroupBarrier(); output[id.x] = f32(tile[63u - lane].x + h[lane ^ 1u].y);',
    )}`,
  },
  'no workgroup memory, and lanes that leave early': {
    wgsl: text('', 'if (id.x >= 100u) { return; } output[id.x] = f32(lane) + f32(group.x);'),
  },
  'workgroup memory that a function uses which nothing calls': {
    wgsl: text('var<workgroup> tile : array<f32, 64>; fn idle() { tile[0] = 1.0; }', 'output[id.x] = 1.0;'),
  },
  'another entry point beside it': {
    wgsl: `${text('var<workgroup> tile : array<f32, 64>;', 'tile[lane] = 1.0; workgroupBarrier(); output[id.x] = tile[63u - lane];')}
@compute @workgroup_size(1) fn second() { tile[0] = 1.0; output[0] = tile[1]; }`,
  },
  'inputs that nothing knows before': {
    wgsl: `${OUTPUT}
struct Given { @builtin(num_workgroups) n : vec3<u32>, @builtin(local_invocation_id) at : vec3<u32>, @builtin(workgroup_id) group : vec3<u32> }
fn whole(given : Given) -> u32 { return given.group.x * 64u + given.at.x; }
var<workgroup> tile : array<f32, 64>;
@compute @workgroup_size(64) fn main(given : Given) {
  tile[given.at.x] = f32(given.n.x); workgroupBarrier(); output[whole(given)] = tile[63u - given.at.x]; }`,
  },
  'a loop that is left at a barrier by all': {
    wgsl: text(
      'var<workgroup> done : u32;',
      `for (var i = 0u; i < 9u; i++) { if (lane == 0u) { done = u32(i == 4u); } if (workgroupUniformLoad(&done) == 1u) { break; } workgroupBarrier(); } output[id.x] = 1.0;`,
    ),
  },
  'names that begin as those that are added do': {
    races: 'not made',
    order: 'not made',
    wgsl: text(
      'const subbyte_order = 1.0; const subbyte_log = 1.0; var<workgroup> tile : array<f32, 64>;',
      'tile[lane] = subbyte_order + subbyte_log; workgroupBarrier(); output[id.x] = tile[63u - lane];',
    ),
  },
  'an access in the head of a loop': {
    races: 'not made',
    wgsl: text(
      'var<workgroup> tile : array<u32, 64>;',
      'for (tile[lane] = 0u; tile[lane] < 3u; tile[lane]++) { } workgroupBarrier(); output[id.x] = f32(tile[63u - lane]);',
    ),
  },
  'names in other letters': {
    wgsl: text(
      'var<workgroup> Δtile_é : array<f32, 64>;',
      'Δtile_é[lane] = 0x1p-2 + 1e-1f + 0x10 + .5; workgroupBarrier(); let größe = Δtile_é[63u - lane]; output[id.x] = größe;',
    ),
  },
};

test.each(Object.entries(ODD))('%s', async (_, { wgsl, races = 'passed', order = 'passed' }) => {
  const subject = laneSubject(loaded(), wgsl);
  const own = await gpu().load(LANE_PLAN, wgsl);
  await own.run(POISON_BITS);
  const output = await own.readOutput();
  own.destroy();
  const checks = [
    await checkOrder(subject, { kind: 'exact', output }, never),
    await checkRaces(subject, never),
  ];
  expect(
    checks.map(({ outcome }) => outcome),
    JSON.stringify(checks),
  ).toEqual([order, races]);
});
