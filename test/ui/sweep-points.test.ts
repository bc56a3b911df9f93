import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { AxisError, readAxes } from '../../src/lab/axes.ts';
import { sweep } from '../../src/lab/sweep.ts';
import { sweepPoints } from '../../src/ui/sweep-points.ts';
import { reasonLines, sweepTally } from '../../src/ui/sweep-wording.ts';
import { FakeLab } from './fake-lab.ts';

const RANDOM: Spec = { ...DEFAULT_SPEC, weights: 'random', n: 64, k: 64, kernel: 'naive' };
const points = (spec: Spec, ...axes: readonly string[]): ReturnType<typeof list> =>
  list(spec, readAxes(axes, spec.kernel));
const list = (spec: Spec, axes: Parameters<typeof sweepPoints>[0]) => [...sweepPoints(axes, spec)];
const never = new AbortController().signal;
const ignore = (): void => undefined;
const silent = { onPoint: ignore, onProgress: ignore };

describe('the points around a card', () => {
  test('vary its experiment, the last axis fastest, and add to its parameters', () => {
    const found = points({ ...RANDOM, params: { WY: 4 } }, 'm=1,2', 'WX=8,16');
    expect(found.map(({ at }) => at)).toEqual([
      { m: '1', WX: '8' },
      { m: '1', WX: '16' },
      { m: '2', WX: '8' },
      { m: '2', WX: '16' },
    ]);
    expect(found[3]!.spec).toEqual({ ...RANDOM, m: 2, params: { WY: 4, WX: 16 } });
  });

  test('take presets whole, other bits, and the sizes of samples', () => {
    expect(points(RANDOM, 'format=mxfp4')[0]!.spec).toMatchObject({ format: 'mxfp4', scale: 'e8m0' });
    expect(points(RANDOM, 'bits=3')[0]!.spec).toMatchObject({ format: 'int3' });
    expect(points(RANDOM, 'weights=sample:use-tanh')[0]!.spec).toMatchObject({ n: 512, k: 512 });
  });

  test.each([
    [['group=0'], 'group is 0'],
    [['kernel=none'], 'There is no kernel "none"'],
    [['format=nf4', 'bits=3'], 'bits is an axis of int'],
    [['weights=sample:use-tanh', 'n=64'], 'leave both out'],
  ])('that %j names are no specs', (axes, reason) => {
    expect(points(RANDOM, ...axes)[0]!.spec).toMatchObject({
      rejected: expect.stringContaining(reason) as string,
    });
  });

  test.each([
    [['m=1', 'm=2'], 'given twice'],
    [['BM=x'], 'parameters are whole numbers'],
    [['m=abc'], 'm is "abc": it must be a whole number.'],
    [['seed=1..200', 'm=1..200'], '40000 points together'],
  ])('of %j cannot be read', (axes, message) => {
    expect(() => readAxes(axes, 'naive')).toThrow(AxisError);
    expect(() => readAxes(axes, 'naive')).toThrow(message);
  });
});

describe('a sweep', () => {
  test('runs what a plan accepts alone, and groups the others by why', async () => {
    const lab = new FakeLab();
    const outcomes = await sweep(points(RANDOM, 'WX=8,4096,8192', 'group=32,0'), lab, never, silent);
    expect(lab.ran).toHaveLength(1);
    expect(sweepTally(outcomes)).toBe('6 points: 1 right, 5 rejected, 0 WRONG, 0 failed');
    const lines = reasonLines(outcomes);
    expect(lines[0]).toMatch(/^3 points rejected: group is 0/);
    expect(lines[1]).toMatch(/^2 points rejected, for instance: WX/);
  });

  test('that is cancelled keeps the points that it reached', async () => {
    const abort = new AbortController();
    const outcomes = await sweep(points(RANDOM, 'm=1..9'), new FakeLab(), abort.signal, {
      onProgress: ignore,
      onPoint: (index) => {
        if (index === 2) abort.abort(new Error('stop'));
      },
    });
    expect(outcomes.map(({ at }) => at['m'])).toEqual(['1', '2']);
  });

  test('breaks off where the lab does', async () => {
    const lab = new FakeLab({
      result: () => {
        throw new Error('the worker died');
      },
    });
    await expect(sweep(points(RANDOM, 'm=1'), lab, never, silent)).rejects.toThrow('the worker died');
  });
});
