import { describe, expect, test } from 'vitest';
import { type Finding, findRace } from '../../../src/kernels/wgsl-text/find-race.ts';
import { readModule } from '../../../src/kernels/wgsl-text/module.ts';
import type { WatchedText } from '../../../src/kernels/wgsl-text/watch-workgroup.ts';
import { typedAt } from '../../../src/kernels/wgsl-text/workgroup-shape.ts';

const module = readModule(
  'struct S { a : vec2<f32>, b : array<u32, 2> }\nvar<workgroup> s : array<S, 4>;\nvar<workgroup> t : u32;',
);

/** Sites 1 to 4; `s` has units 0 to 11 and `t` is unit 12. */
const TEXT: WatchedText = {
  code: '',
  dispatch: [1, 1, 1],
  sites: [
    { kind: 'write', line: 10 },
    { kind: 'read', line: 20 },
    { kind: 'barrier', line: 30 },
    { kind: 'barrier', line: 40 },
  ],
  variables: [...module.workgroup].map(([name, type]) => ({ name, typed: typedAt(module, type) })),
};
/** The sizes of the arrays in `s`. */
const SIZES = [4, 2];

type Entry = readonly [site: number, unit: number];
const write = (unit: number): Entry => [1, unit];
const read = (unit: number): Entry => [2, unit];
const barrier: Entry = [3, 0];
const other: Entry = [4, 0];

/** The log of workgroups, lane by lane. @param half entries of half a lane's log, a power of two. */
function found(groups: readonly (readonly (readonly Entry[])[])[], half = 8): Finding {
  const lanes = groups[0]!.length;
  const counts = groups.flatMap((group) => group.map((entries) => entries.length));
  const head = [lanes, half, groups.length, ...SIZES, ...counts];
  const words = new Uint32Array(head.length + groups.length * 2 * half * lanes);
  words.set(head);
  for (const [slot, group] of groups.entries()) {
    for (const [lane, entries] of group.entries()) {
      for (const [i, [site, unit]] of entries.entries()) {
        const at = i < half ? i : half + (i % half);
        words[head.length + (slot * 2 * half + at) * lanes + lane] = site * 2 ** 18 + unit;
      }
    }
  }
  return findRace(words, TEXT);
}

describe('two lanes race', () => {
  test.each([
    [
      'who write one unit',
      [[write(5)], [write(5)]],
      { unit: 's[1].b[1]', write: { lane: 0 }, other: { lane: 1 } },
    ],
    [
      'of whom one writes what the other reads',
      [[read(3)], [write(3)]],
      { unit: 's[1].a', write: { lane: 1 }, other: { lane: 0 } },
    ],
    [
      'after a barrier',
      [
        [write(1), barrier, write(12)],
        [barrier, read(12)],
      ],
      { unit: 't' },
    ],
    [
      'though a barrier of another stretch lies between',
      [
        [barrier, write(0)],
        [read(0), barrier, read(0)],
      ],
      { unit: 's[0].a' },
    ],
  ])('%s', (_, lanes, race) => {
    expect(found([lanes])).toMatchObject({ kind: 'race', ...race });
  });

  test('in the last workgroup', () => {
    expect(
      found(
        [
          [[write(0)], [barrier]],
          [[write(2)], [read(2)]],
        ].map((group) => group),
      ),
    ).toMatchObject({
      kind: 'unknown',
    });
    expect(
      found([
        [[write(0)], [read(1)]],
        [[write(2)], [read(2)]],
      ]),
    ).toMatchObject({ kind: 'race', unit: 's[0].b[1]' });
  });

  test('and where in the text is told', () => {
    expect(found([[[write(0)], [read(0)]]])).toEqual({
      kind: 'race',
      unit: 's[0].a',
      write: { lane: 0, site: TEXT.sites[0] },
      other: { lane: 1, site: TEXT.sites[1] },
    });
  });
});

describe('nobody races', () => {
  test.each([
    [
      'who is alone with a unit',
      [
        [write(1), read(1), write(1)],
        [write(2), read(2)],
      ],
      1,
    ],
    ['who only reads', [[read(1)], [read(1)]], 1],
    [
      'with a barrier between',
      [
        [write(1), barrier, read(2)],
        [write(2), barrier, read(1)],
      ],
      2,
    ],
    [
      'over what was written before',
      [
        [write(1), barrier],
        [barrier, write(1)],
      ],
      2,
    ],
  ])('%s', (_, lanes, stretches) => {
    const accesses = lanes.flat().filter(([site]) => site < 3).length;
    expect(found([lanes])).toEqual({ kind: 'none', stretches, complete: true, accesses });
  });
});

describe('of a log that is too long', () => {
  const steps = (count: number, ...entries: readonly Entry[]): Entry[] =>
    Array.from({ length: count }, () => entries).flat();

  test('the beginning and the end are known', () => {
    const honest = [steps(20, write(1), barrier), steps(20, read(2), barrier)];
    // Four stretches at the beginning; at the end three and what follows the last barrier.
    expect(found([honest])).toMatchObject({ kind: 'none', stretches: 8, complete: false });
    const late = [
      [...honest[0]!, write(7)],
      [...honest[1]!, read(7)],
    ];
    expect(found([late])).toMatchObject({ kind: 'race', unit: 's[2].b[0]' });
    const early = [
      [write(7), ...honest[0]!],
      [read(7), ...honest[1]!],
    ];
    expect(found([early])).toMatchObject({ kind: 'race', unit: 's[2].b[0]' });
  });

  test('lanes that write more than others are still held against them', () => {
    const busy = steps(20, write(1), write(1), write(1), barrier);
    const idle = [...steps(20, barrier), read(9)];
    expect(found([[[...busy, write(9)], idle]])).toMatchObject({ kind: 'race', unit: 's[3].a' });
    expect(found([[busy, steps(20, barrier)]])).toMatchObject({ kind: 'none', complete: false });
  });

  test('nothing is known where no stretch fits', () => {
    expect(found([[steps(40, write(1)), steps(40, read(2))]])).toMatchObject({
      kind: 'unknown',
      reason: 'Its lanes do more between two barriers than a log holds.',
    });
    expect(found([[steps(40, write(1)), steps(40, read(1))]])).toMatchObject({ kind: 'race' });
  });
});

test('lanes that come to different barriers leave nothing known, and neither does an empty log', () => {
  expect(found([[[barrier], [other]]])).toMatchObject({
    kind: 'unknown',
    reason: 'Lanes of a workgroup came to different barriers.',
  });
  expect(found([[[barrier, barrier], [barrier]]])).toMatchObject({ kind: 'unknown' });
  expect(findRace(new Uint32Array(64), TEXT)).toMatchObject({
    kind: 'unknown',
    reason: 'The kernel left no log.',
  });
});
