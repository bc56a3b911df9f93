import { describe, expect, test } from 'vitest';
import { resolveSpec } from '../../bench/resolve-spec.ts';
import { readSpecWords } from '../../bench/spec-options.ts';
import { splitWords } from '../../bench/split-words.ts';
import { ELEMENT_NAMES } from '../../src/formats/element-names.ts';
import { PRESET_NAMES } from '../../src/formats/presets.ts';
import { DEFAULT_SPEC, parseSpec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { commandLine } from '../../src/ui/command-line.ts';
import { brokenConstraint, capsOf } from '../../src/ui/constraints.ts';
import { formatChoices, groupChoices, kernelChoices } from '../../src/ui/labels.ts';
import { readLink } from '../../src/ui/page-link.ts';
import { plotScale } from '../../src/ui/plot-scale.ts';
import { weightChoices } from '../../src/ui/weight-choices.ts';
import { HARDWARE } from './fake-lab.ts';

describe('the command of a spec', () => {
  test('leaves N and K to a sample', () => {
    expect(commandLine(DEFAULT_SPEC)).toBe(
      'npm run --silent bench -- run --m 1 --weights sample:use-ffn1 --format int4 --group 32 --scale f16 ' +
        '--layout interleaved --act f32 --kernel auto --protocol quick --cache hot --seed 1',
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

  test('of a preset leaves out what the preset determines', () => {
    const spec = parseSpec({ ...DEFAULT_SPEC, format: 'q4_k' });
    expect(commandLine(spec)).toBe(
      'npm run --silent bench -- run --m 1 --weights sample:use-ffn1 --format q4_k --layout interleaved ' +
        '--act f32 --kernel auto --protocol quick --cache hot --seed 1',
    );
  });

  test('names zero points by their kind, second levels and rules', () => {
    const min = { ...DEFAULT_SPEC, format: 'uint4', zeroPoint: 'min', scale: 'u6' } as const;
    const command = commandLine({ ...min, secondLevel: 'super', rule: 'least-squares' });
    expect(command).toContain(
      ' --scale u6 --zero-point min --second-level super --rule least-squares --layout ',
    );
    expect(commandLine({ ...DEFAULT_SPEC, zeroPoint: 'minus-one' })).toContain(
      ' --zero-point minus-one --layout',
    );
  });

  test.each([
    { format: 'q4_k' },
    { format: 'table:-1,0,0.5,2', zeroPoint: 'min' },
    { format: 'uint4', zeroPoint: 'minus-one', rule: 'ceil' },
    { format: 'uint4', zeroPoint: true, group: 'K' },
    { activation: 'i8', epilogue: 'bias' },
    { activation: 'f16', accumulator: 'f16', epilogue: 'silu', output: 'f16' },
    { scale: 'i6', secondLevel: 'super', layout: 'local(1,4).spatial(8,1).local(1,8)' },
  ])('of %o is read back as the same experiment by the command line', async (fields) => {
    const spec = parseSpec({ ...DEFAULT_SPEC, ...fields });
    const words = splitWords(commandLine(spec).replace('npm run --silent bench -- run ', ''));
    expect(await resolveSpec(readSpecWords(words))).toEqual(spec);
  });

  test('quotes a layout with parentheses', () => {
    const layout = 'local(1,4).spatial(8,1).local(1,8)';
    expect(commandLine({ ...DEFAULT_SPEC, layout })).toContain(` --layout '${layout}' `);
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
    const labels = new Map(formatChoices('int4').map(({ value, label }) => [value, label]));
    expect([labels.get('int4'), labels.get('uint8')]).toEqual([
      'int4: 4-bit signed',
      'uint8: 8-bit unsigned',
    ]);
    // 4 bits and an 8-bit scale for each 32; Q4_K takes 144 bytes for 256 weights.
    expect([labels.get('mxfp4'), labels.get('q4_k')]).toEqual(['mxfp4 (4.25 bits)', 'q4_k (4.50 bits)']);
  });

  test('names every preset and element once, presets first, and a format without a name only where it is chosen', () => {
    const values = formatChoices('int4').map(({ value }) => value);
    expect(values).toEqual([...PRESET_NAMES, ...ELEMENT_NAMES]);
    expect(formatChoices('table:0,1').at(-1)).toEqual({ value: 'table:0,1', label: 'table:0,1' });
    expect(formatChoices('table:0,1')).toHaveLength(values.length + 1);
  });

  test('holds what a link brought, known or not', () => {
    expect(groupChoices(48).map(({ value }) => value)).toEqual(['48', '16', '32', '64', '128', 'K']);
    expect(weightChoices('w.gguf#a').at(-1)).toEqual({
      value: 'w.gguf#a',
      label: 'w.gguf#a (command line only)',
    });
    expect(kernelChoices('warp', undefined, DEFAULT_CAPS).at(-1)).toEqual({
      value: 'warp',
      label: 'warp (unknown)',
    });
  });

  test('say what auto stands for: its own choice, or the winner that runs in its place', () => {
    const label = (current: string, kernel: string): string =>
      kernelChoices(current, { ...DEFAULT_SPEC, kernel }, DEFAULT_CAPS)[0]!.label;
    expect(label('auto', 'auto')).toBe('auto (gemv)');
    expect(label('auto', 'skinny')).toBe('auto (skinny)');
    expect(label('skinny', 'skinny')).toBe('auto (gemv)');
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
