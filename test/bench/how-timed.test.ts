import { describe, expect, test } from 'vitest';
import type { Result, Timing } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { okResult, type Ran, runFake } from './fake-context.ts';

const SPEC = ['--n', '64', '--k', '64'];

/** Runs a command whose every time has these peculiarities. */
const timed = (command: readonly string[], odd: Partial<Timing>, more: Partial<Result> = {}): Promise<Ran> =>
  runFake([...command, ...SPEC], {
    result: (spec: Spec) => {
      const right = okResult(spec);
      return { ...right, ...more, timing: { ...right.timing!, ...odd } };
    },
  });

const ODD: Partial<Timing> = {
  samplesNs: new Array<number>(40).fill(1e6),
  dispatchesPerSample: 4096,
  sampling: 'slope',
  outliers: [3, 5],
  droppedSamples: 1,
  throttledRounds: 8,
  throttled: [8, 9, 10],
  hidden: [11],
};
const SAMPLES =
  '2 outliers kept, 1 sample without a time left out, 8 rounds throttled, 3 samples of a throttled GPU left out, ' +
  '1 sample in a hidden tab left out\n';

describe('the text of a result says how its time was taken', () => {
  test('where there is something to say', async () => {
    const { stdout } = await timed(['run'], ODD);
    expect(stdout).toContain(
      `, 40 samples, each the slope of time over up to 4,096 dispatches, hot cache, converged, ${SAMPLES}`,
    );
  });

  test('and nothing more where there is not', async () => {
    const { stdout } = await timed(['run'], { sampling: 'mean', outliers: [], droppedSamples: 0 });
    expect(stdout).toContain(', 1 sample of 2 dispatches, hot cache, converged\n');
    expect(stdout).not.toContain('warning');
  });

  test('and how much samples tell that resemble each other, or that they are too few to judge that', async () => {
    const many = {
      samplesNs: new Array<number>(40).fill(1e6),
      hidden: [3, 4],
      dependence: 'judged' as const,
    };
    const dependent = await timed(['run'], { ...many, effectiveSamples: 9.4 });
    expect(dependent.stdout).toContain('converged, as good as 9 independent ones, 2 samples in a hidden tab');
    // Of the 38 that count.
    expect((await timed(['run'], { ...many, effectiveSamples: 31 })).stdout).not.toContain('as good as');
    const few = await timed(['run'], { dependence: 'not judged' });
    expect(few.stdout).toContain(
      'converged, too few to judge how they depend on each other: the interval takes them as independent\n',
    );
  });

  test('below the table of a comparison that rounds are too few to judge that, once', async () => {
    const { stdout } = await timed(['compare', '--m 9', '--m 10'], { dependence: 'not judged' });
    expect(
      stdout.match(/^Fewer than 20 rounds are too few to judge .* strongly dependent\.$/gm),
    ).toHaveLength(1);
  });

  test('below the table of a comparison, by the letter of the row', async () => {
    const { stdout } = await timed(['compare', '--m 9', '--m 10'], ODD);
    const sample = 'each sample is the slope of time over up to 4,096 dispatches';
    expect(stdout).toContain(`A: ${sample}, ${SAMPLES}B: ${sample}, ${SAMPLES}`);
    expect((await timed(['compare', '--m 9', '--m 10'], {})).stdout).not.toMatch(/^[AB]: /m);
  });

  test('and how long the first dispatch took', async () => {
    const kernel = { variant: 'naive', params: {}, wgslSha256: '', workgroups: 4, workgroupSize: 64 };
    const compiled = { ...kernel, workgroupBytes: 0, compileNs: 3e6 };
    const { stdout } = await timed(['run'], {}, { kernel: { ...compiled, firstRunNs: 25e6 } });
    expect(stdout).toContain('compiled in 3.00 ms, first dispatch 25.0 ms\n');
    expect((await timed(['run'], {}, { kernel: compiled })).stdout).toContain('compiled in 3.00 ms\n');
  });
});

describe('a dispatch that holds up the machine is warned of', () => {
  const stutters = (span: string): string =>
    `One dispatch takes ${span}, and all else on the GPU waits for it: the machine may stutter meanwhile.\n`;

  test.each([
    [['run'], '150 ms'],
    [['compare', '--m 9', '--m 10'], 'up to 150 ms'],
    [['compare', '--self-test'], 'up to 150 ms'],
    [['sweep', '--over', 'm=1,2'], 'up to 150 ms'],
  ])('in the text of %j', async (command, span) => {
    expect((await timed(command, { medianNs: 150e6 })).stdout).toContain(stutters(span));
    // At 100 ms calibration does not tell of it either.
    expect((await timed(command, { medianNs: 100e6 })).stdout).not.toContain('stutter');
  });
});

test.each([[['run']], [['compare', '--m 9', '--m 10']], [['sweep', '--over', 'm=1,2']]])(
  'a warning on results of %j is in the text, once',
  async (command) => {
    const { stdout } = await timed(command, {}, { warnings: ['The copies may fit a cache.'] });
    expect(stdout.match(/The copies may fit a cache\.\n/g)).toHaveLength(1);
  },
);
