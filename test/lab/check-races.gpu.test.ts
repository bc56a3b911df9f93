import { describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Check } from '../../src/io/record.ts';
import { checkRaces } from '../../src/lab/check-races.ts';
import { laneSubject, laneText, OUTPUT, TILE, useLaneDevice } from './lane-texts.ts';

verifyQuickly();

const never = new AbortController().signal;

const { loaded } = useLaneDevice();

const races = (declarations: string, body: string): Promise<Check> =>
  checkRaces(laneSubject(loaded(), laneText(declarations, body)), never);

describe('races: found is', () => {
  test.each([
    [
      'a missing barrier',
      TILE,
      'tile[lane] = f32(lane); output[at] = tile[63u - lane];',
      /lane 63 writes tile\[63\] \(line 7\) and lane 0 reads it \(line 7\)/,
    ],
    [
      'one that orders other memory',
      TILE,
      'tile[lane] = 1.0; storageBarrier(); output[at] = tile[63u - lane];',
      /tile\[63\]/,
    ],
    [
      'two components of one vector, of which one is written',
      'var<workgroup> v : array<vec4<f32>, 64>;',
      'v[lane / 2u][lane % 2u] = 1.0; workgroupBarrier(); output[at] = v[lane / 2u].x;',
      /lane 0 writes v\[0\] .* lane 1 writes it/,
    ],
    [
      'the same value, written twice',
      TILE,
      'tile[lane / 2u] = 1.0; workgroupBarrier(); output[at] = tile[lane / 2u];',
      /lane 0 writes tile\[0\] .* lane 1 writes it/,
    ],
    [
      'a whole array that is read',
      TILE,
      'if (lane == 0u) { tile = array<f32, 64>(); } let all = tile; output[at] = all[lane];',
      /lane 0 writes tile\[0\]/,
    ],
    [
      'a column of a matrix',
      'var<workgroup> m : mat3x2<f32>;',
      'm[lane % 4u % 3u] += vec2<f32>(1.0); workgroupBarrier(); output[at] = m[0].x;',
      /lane 0 writes m\[0\] .* lane 3 writes it/,
    ],
    [
      'a member of a struct',
      'struct S { a : f32, b : array<vec2<f32>, 3> }\nvar<workgroup> s : array<S, 64>;',
      's[lane].b[2].y = 1.0; output[at] = s[lane ^ 1u].b[2].x + s[lane].a;',
      /s\[1\]\.b\[2\]/,
    ],
    [
      'a scalar',
      'var<workgroup> one : u32;',
      'if (lane == 5u) { one = 7u; } output[at] = f32(one);',
      /lane 5 writes one /,
    ],
    [
      'a step of a counter',
      'var<workgroup> counts : array<i32, 4>;',
      'counts[i32(lane) % 4]++; workgroupBarrier(); output[at] = f32(counts[1]);',
      /lane 0 writes counts\[0\] .* lane 4 writes it/,
    ],
    [
      'one in a function, and in the condition of a loop',
      `${TILE}\nfn next(i : u32) -> bool { return tile[i] < 3.0; }`,
      'var i = 0u; while (next(i)) { tile[lane] = 4.0; i++; } output[at] = f32(i);',
      /lane 1 writes tile\[1\] \(line 8\) and lane 0 reads it \(line 4\)/,
    ],
    [
      'one in the last of very many steps',
      TILE,
      'for (var i = 0u; i < 5000u; i++) { tile[lane] = 1.0; workgroupBarrier(); } tile[(lane + 1u) % 64u] = 2.0; output[at] = tile[lane];',
      /tile\[/,
    ],
    [
      'one in the last workgroup',
      TILE,
      'tile[select(lane, 0u, group.x == 2u)] = 1.0; workgroupBarrier(); output[at] = tile[lane];',
      /tile\[0\]/,
    ],
    [
      'one that two names of one variable hide',
      `${TILE}\nfn put(tile : f32, i : u32) -> f32 { return tile + f32(i); }`,
      '{ let tile = 2.0; _ = put(tile, lane); } tile[0] = put(1.0, lane); workgroupBarrier(); output[at] = tile[0];',
      /tile\[0\]/,
    ],
  ])('%s', async (_, declarations, body, says) => {
    const { outcome, says: said } = await races(declarations, body);
    expect(outcome).toBe('failed');
    expect(said).toMatch(says);
  });
});

describe('races: none is found where', () => {
  test.each([
    [
      'a barrier lies between',
      TILE,
      'tile[lane] = f32(lane); workgroupBarrier(); output[at] = tile[63u - lane];',
    ],
    [
      'scalars that lie side by side are written',
      TILE,
      'tile[lane ^ 1u] = 1.0; workgroupBarrier(); tile[lane] += 2.0; output[at] = tile[lane];',
    ],
    [
      'members of one struct are written',
      'struct S { a : f32, b : f32 }\nvar<workgroup> s : array<S, 32>;',
      'if (lane % 2u == 0u) { s[lane / 2u].a = 1.0; } else { s[lane / 2u].b = 1.0; } workgroupBarrier(); output[at] = s[lane / 2u].a;',
    ],
    [
      'lanes read a whole array after a barrier',
      TILE,
      'tile[lane] = 1.0; workgroupBarrier(); let all = tile; output[at] = all[63u - lane];',
    ],
    [
      'accesses are atomic',
      'var<workgroup> count : atomic<u32>;\nvar<workgroup> bins : array<atomic<u32>, 4>;',
      'atomicAdd(&count, 1u); atomicMax(&bins[lane % 4u], lane); workgroupBarrier(); output[at] = f32(atomicLoad(&count) + atomicLoad(&bins[0]));',
    ],
    [
      'workgroupUniformLoad waits',
      'var<workgroup> one : u32;\nvar<workgroup> last : atomic<u32>;',
      'if (lane == 5u) { one = 7u; atomicStore(&last, 3u); } let got = workgroupUniformLoad(&one) + workgroupUniformLoad(&last); if (lane == 6u) { one = 8u; } output[at] = f32(got);',
    ],
    [
      'a function waits before what it returns is written',
      `${TILE}\nfn turned(lane : u32) -> f32 { tile[lane] = 1.0; workgroupBarrier(); let x = tile[63u - lane]; workgroupBarrier(); return x; }`,
      'tile[lane] = turned(lane); workgroupBarrier(); output[at] = tile[63u - lane];',
    ],
    ['there is no workgroup memory', '', 'output[at] = 1.0;'],
    [
      'what is stored is read again',
      TILE,
      'output[at] = 3.0; tile[u32(output[at]) * 0u + lane] = 1.0; workgroupBarrier(); output[at] = tile[lane];',
    ],
    [
      'many steps are taken',
      TILE,
      'for (var i = 0u; i < 5000u; i++) { workgroupBarrier(); tile[lane] = 1.0; workgroupBarrier(); _ = tile[63u - lane]; } output[at] = tile[lane];',
    ],
  ])('%s', async (_, declarations, body) => {
    expect(await races(declarations, body)).toMatchObject({ check: 'races', outcome: 'passed' });
  });

  test('inputs are members of a struct, which barriers depend on', async () => {
    const wgsl = `
${OUTPUT}
struct Given {
  @builtin(workgroup_id) group : vec3u,
  @builtin(local_invocation_id) place : vec3u,
  @builtin(num_workgroups) groups : vec3u,
}
const X = 16;
var<workgroup> tile : array<array<f32, X>, 64 / X>;
fn later(given : Given) -> f32 { return tile[3u - given.place.y][given.place.x]; }
@compute @workgroup_size(X, 64 / X)
fn main(given : Given) {
  for (var i = 0u; i <= given.group.x; i++) {
    workgroupBarrier();
    tile[given.place.y][given.place.x] = f32(given.groups.x);
    workgroupBarrier();
    output[given.group.x * 64u + given.place.y * 16u + given.place.x] = later(given);
  }
}
`;
    const check = await checkRaces(laneSubject(loaded(), wgsl), never);
    expect(check.says).toMatch(/in all 10 stretches/);
    const faulty = await checkRaces(
      laneSubject(loaded(), wgsl.replace('    workgroupBarrier();\n    output', '    output')),
      never,
    );
    expect(faulty.says).toMatch(/tile\[\d\]\[\d+\] \(line 15\)/);
  });
});

describe('races: it is not decided where', () => {
  test.each([
    [
      'a pointer is passed on',
      `${TILE}\nfn put(p : ptr<workgroup, array<f32, 64>>, i : u32) { (*p)[i] = 1.0; }`,
      'put(&tile, lane); output[at] = 1.0;',
      'in line 7 a pointer to tile is passed on',
    ],
    [
      'a pointer has a name',
      TILE,
      'let p = &tile; (*p)[lane] = 1.0; output[at] = 1.0;',
      'in line 8 a pointer to tile is passed on',
    ],
    [
      'what is written stands in brackets',
      TILE,
      '(tile)[lane] = 1.0; output[at] = 1.0;',
      'in line 8 tile stands in brackets',
    ],
    [
      'a loop writes in its head',
      'var<workgroup> i : u32;',
      'for (i = 0u; i < 3u; i++) { } output[at] = 1.0;',
      'in line 8 i is written in the head of a loop',
    ],
    [
      'a barrier is another',
      `${TILE}\nfn workgroupBarrier() { }`,
      'tile[lane] = 1.0; workgroupBarrier(); output[at] = tile[0];',
      'it declares a workgroupBarrier of its own',
    ],
  ])('%s', async (_, declarations, body, says) => {
    const check = await races(declarations, body.replace('put(&tile', '\n put(&tile'));
    expect(check).toMatchObject({ check: 'races', outcome: 'not made' });
    expect(check.says.replace(/in line \d+/, 'in line _')).toContain(
      says.replace(/in line \d+/, 'in line _'),
    );
  });

  test('lanes do too much between two barriers', async () => {
    const body =
      'for (var i = 0u; i < 5000u; i++) { tile[lane] = 1.0; } workgroupBarrier(); output[at] = tile[63u - lane];';
    expect(await races(TILE, body)).toMatchObject({ outcome: 'not made', says: /more between two barriers/ });
  });
});
