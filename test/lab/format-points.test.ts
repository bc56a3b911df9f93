import { expect, test } from 'vitest';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { formatPoints } from '../../src/lab/format-points.ts';
import { okResult } from '../ui/fake-lab.ts';

const point = (change: Partial<Spec>, medianNs: number, relRmse: number) => {
  const right = okResult({ ...DEFAULT_SPEC, ...change });
  const timing = { ...right.timing!, medianNs };
  return { at: {}, outcome: { ...right, timing, quantization: { bitsPerWeight: 4.5, relRmse } } };
};

test('formats whose scales were chosen by another rule stand beside each other on the front', () => {
  const points = formatPoints([
    point({ rule: 'amax' }, 100, 0.1),
    point({ rule: 'least-squares' }, 101, 0.05),
    point({ rule: 'least-squares', kernel: 'naive' }, 200, 0.05),
  ]);
  expect(points.map(({ format, medianNs, onFront }) => [format, medianNs, onFront])).toEqual([
    ['int4-g32 rule amax', 100, true],
    ['int4-g32 rule least-squares', 101, true],
  ]);
  expect(
    formatPoints([point({ rule: 'floor' }, 100, 0.1), point({ format: 'int8' }, 200, 0.01)])[0]!.format,
  ).toBe('int4-g32');
});
