import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { commandLine } from '../../src/ui/command-line.ts';
import { brokenConstraint, capsOf } from '../../src/ui/constraints.ts';
import { elementLabel, groupChoices, kernelChoices } from '../../src/ui/labels.ts';
import { readLink } from '../../src/ui/page-link.ts';
import { plotScale } from '../../src/ui/plot-scale.ts';
import { weightChoices } from '../../src/ui/weight-choices.ts';
import { HARDWARE } from './fake-lab.ts';

describe('the command of a spec', () => {
  test('leaves N and K to a sample', () => {
    expect(commandLine(DEFAULT_SPEC)).toBe(
      'npm run --silent bench -- run --m 1 --weights sample:use-ffn1 --format int4 --group 32 --scale f16 ' +
        '--layout interleaved --act f32 --kernel auto --protocol quick --seed 1',
    );
  });

  test('names everything that is set', () => {
    const spec = {
      ...DEFAULT_SPEC,
      weights: 'random',
      n: 65,
      k: 97,
      group: 'K' as const,
      zeroPoint: true,
      kernel: 'naive',
      params: { WX: 32, WY: 2 },
    };
    const command = commandLine(spec);
    for (const part of ['--n 65 --k 97', '--group K', '--zero-point', '--set WX=32,WY=2']) {
      expect(command).toContain(part);
    }
  });

  test('quotes what a shell would read otherwise', () => {
    expect(commandLine({ ...DEFAULT_SPEC, weights: "a b'c.gguf#t" })).toContain(
      `--weights 'a b'\\''c.gguf#t'`,
    );
  });
});

describe('the constraint told before a run', () => {
  test('is none for the default card', () => {
    expect(brokenConstraint(DEFAULT_SPEC, undefined)).toBeUndefined();
  });

  test('names the limit that a tile breaks', () => {
    const spec = { ...DEFAULT_SPEC, kernel: 'naive', params: { WX: 64, WY: 8 } };
    expect(brokenConstraint(spec, undefined)).toContain('maxComputeInvocationsPerWorkgroup');
  });

  test('knows the limits of the adapter', () => {
    const spec = { ...DEFAULT_SPEC, kernel: 'naive', params: { WX: 64, WY: 8 } };
    expect(brokenConstraint(spec, HARDWARE)).toBeUndefined();
  });

  test('is that there is no such kernel, where there is none', () => {
    expect(brokenConstraint({ ...DEFAULT_SPEC, kernel: 'warp' }, undefined)).toContain('“warp”');
  });

  test('takes features from the adapter and unknown limits from nowhere', () => {
    expect(capsOf(HARDWARE)).toMatchObject({
      shaderF16: true,
      subgroups: true,
      maxComputeWorkgroupSizeX: 1024,
    });
    const caps = capsOf({ ...HARDWARE, limits: { maxTextures: 3 }, features: [] });
    expect(caps).toEqual(DEFAULT_CAPS);
  });
});

describe('a list to choose from', () => {
  test('names formats by their meaning', () => {
    expect([elementLabel('int4'), elementLabel('uint8')]).toEqual(['4-bit signed', '8-bit unsigned']);
  });

  test('holds what a link brought, known or not', () => {
    expect(groupChoices(48).map(({ value }) => value)).toEqual(['48', '16', '32', '64', '128', 'K']);
    expect(weightChoices('w.gguf#a').at(-1)).toEqual({
      value: 'w.gguf#a',
      label: 'w.gguf#a (command line only)',
    });
    expect(kernelChoices('warp', undefined).at(-1)).toEqual({ value: 'warp', label: 'warp (unknown)' });
  });

  test('offers each sample with its size', () => {
    expect(weightChoices('random')).toContainEqual({
      value: 'sample:use-ffn1',
      label: 'USE FFN 1 (1536×512)',
    });
  });
});

describe('the address', () => {
  test('names nothing when it is empty', async () => {
    expect(await readLink('')).toEqual({ kind: 'none' });
    expect(await readLink('#')).toEqual({ kind: 'none' });
  });

  test('that is damaged is told as such', async () => {
    expect(await readLink('#1.AAAA')).toMatchObject({ kind: 'broken' });
  });
});

describe('the axis of the plot', () => {
  test('marks round values inside the data', () => {
    const { ticks, place } = plotScale([311, 325]);
    expect(ticks).toEqual([315, 320, 325]);
    expect(place(311)).toBeGreaterThan(0);
    expect(place(325)).toBeLessThan(100);
  });

  test('holds a single value in its middle', () => {
    expect(plotScale([5, 5]).place(5)).toBeCloseTo(50);
  });
});
