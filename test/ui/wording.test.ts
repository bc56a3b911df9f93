import { describe, expect, test } from 'vitest';
import type { Result, Timing } from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { announcement } from '../../src/ui/announce.ts';
import { overallFraction, phaseLabel } from '../../src/ui/progress-wording.ts';
import { tallyChecks, wordChecks } from '../../src/ui/check-wording.ts';
import { caveats, leadingFigures, sheetFigures } from '../../src/ui/result-figures.ts';
import { wordVerdict } from '../../src/ui/verdict-wording.ts';
import { endedResult, HARDWARE, okResult, wrongResult } from './fake-lab.ts';

describe('the verdict in words', () => {
  test('of a right result tells the worst error as a share of its bound and what was checked', () => {
    const { tone, headline, details } = wordVerdict(okResult());
    expect([tone, headline]).toEqual(['right', 'Verified']);
    expect(details.join(' ')).toContain('All 1,536 outputs');
    expect(details.join(' ')).toContain('2.1 %');
    expect(details.join(' ')).toContain('bit for bit');
  });

  test('tells the error as a whole, and how much of what declared roundings make it is, where a record has that', () => {
    const clause = 'the error as a whole (NMSE 1.0 × 10⁻¹⁴) 2.5 % of what declared roundings make';
    const result = okResult();
    expect(wordVerdict(result).details[0]).toContain(clause);
    const { nmseExpected, ...older } = result.verification!;
    expect(nmseExpected).toBe(4e-13);
    for (const verification of [older, { ...older, nmseExpected: 1e308 }]) {
      expect(wordVerdict({ ...result, verification }).details[0]).not.toContain('as a whole');
    }
  });

  test('of a sampled check tells the chance of a miss and the smallest error that cannot be missed', () => {
    const result = okResult();
    const verification = {
      ...result.verification!,
      mode: 'sampled' as const,
      missProbability: 2 ** -20,
      smallestDetectable: 0.01,
    };
    const details = wordVerdict({ ...result, verification }).details.join(' ');
    expect(details).toContain('9.5 × 10⁻⁷');
    expect(details).toContain('0.010');
    expect(details).toContain('of 594 planted ones from 1.1 bounds up none was');
  });

  test('gives the reason where no bit-for-bit check applies', () => {
    const result = okResult();
    const verification = { ...result.verification!, integerExact: 'no integers fit 24 bits' };
    expect(wordVerdict({ ...result, verification }).details).toContain(
      'No bit-for-bit check: no integers fit 24 bits.',
    );
  });

  test('of a wrong result tells where, what it gives and what is right', () => {
    const { tone, details } = wordVerdict(wrongResult());
    expect(tone).toBe('wrong');
    expect(details[0]).toBe('At [m 0, n 3] it gives 1.25000 where 0.312500 is right.');
    expect(details).toContain('2 outputs never written.');
    expect(details).toContain('The worst error is 51,235 times its bound.');
    expect(details).toContain('It has no time: a wrong kernel has no speed.');
  });

  test('of a wrong result tells each check that failed, once', () => {
    const { details } = wordVerdict(wrongResult());
    expect(details).toContain('It computes in less precision than declared.');
    expect(details.filter((detail) => /exact|match/.test(detail))).toHaveLength(1);
  });

  test('of activations that are not quantized right tells that first', () => {
    const result = wrongResult();
    const verification = { ...result.verification!, activationFault: 'the block at m = 0 has the sum 3' };
    expect(wordVerdict({ ...result, verification }).details[0]).toBe(
      'Activations are not quantized right: the block at m = 0 has the sum 3.',
    );
  });

  test('of a product that does not fit says which type, and what would fit', () => {
    const beyond = { type: 'f16', of: 'output', value: 70000, m: 0, n: 3 } as const;
    const result: Result = {
      ...endedResult('unsupported', 'the product is 70000; take --output f32.'),
      beyond,
    };
    expect(wordVerdict(result)).toEqual({
      tone: 'refused',
      headline: 'The product does not fit f16',
      details: ['The product is 70000; take --output f32.'],
    });
  });

  test('of a run that ended early is its reason', () => {
    expect(wordVerdict(endedResult('failed', 'the device was lost'))).toMatchObject({
      tone: 'failed',
      details: ['the device was lost'],
    });
    expect(wordVerdict(endedResult('unsupported', 'too large'))).toMatchObject({
      tone: 'refused',
      details: ['Too large.'],
    });
  });
});

describe('the checks of a verification', () => {
  test('have names, outcomes and whole sentences', () => {
    const checks = wordChecks(okResult().verification!);
    expect(checks.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
      'Structure: passed',
      'Precision of one term: passed',
      'Races: not made',
    ]);
    expect(checks[2]!.says).toBe('The text passes workgroup memory through a pointer.');
    expect(tallyChecks(checks)).toBe('2 checks passed, 1 not made');
  });

  test('are counted by outcome, and those that failed are among them', () => {
    expect(tallyChecks(wordChecks(wrongResult().verification!))).toBe('0 checks passed, 2 failed');
  });

  test('of a record that lists none are none', () => {
    const older = { ...okResult().verification! };
    delete older.checks;
    expect(wordChecks(older)).toEqual([]);
  });
});

describe('the figures of a result', () => {
  test('lead with the time, its interval and the rates, each with how it was got', () => {
    expect(leadingFigures(okResult())).toEqual([
      {
        label: 'Time of one product',
        value: '312',
        unit: 'µs',
        detail: '± 0.16 %, 95 % interval 311.9–312.9 µs',
        kind: 'measured',
      },
      {
        label: 'Arithmetic',
        value: '5.04',
        unit: 'GFLOP/s',
        detail: '1,572,864 operations',
        kind: 'measured',
      },
      { label: 'Traffic', value: '1.58', unit: 'GB/s', detail: '494 kB at least', kind: 'modelled' },
    ]);
  });

  test('are no rates and no times where nothing was timed', () => {
    expect(leadingFigures(wrongResult())).toEqual([]);
    const labels = sheetFigures(wrongResult(), HARDWARE).map(({ label }) => label);
    expect(labels).not.toContain('Samples');
    expect(labels).toContain('Adapter');
  });

  test('name samples, dispatches a sample, cache and timer step', () => {
    const sheet = sheetFigures(okResult(), HARDWARE);
    expect(sheet.find(({ label }) => label === 'Samples')).toMatchObject({
      value: '15',
      detail: 'of 27 dispatches each, hot cache; converged',
    });
    expect(sheet.find(({ label }) => label === 'Timer')).toMatchObject({ detail: 'in steps of 65.5 µs' });
  });

  test('say when samples are slopes, how many are outliers, and what the first dispatch took', () => {
    const result = okResult();
    const timing = { ...result.timing!, sampling: 'slope' as const, outliers: [0, 11] };
    const kernel = { ...result.kernel!, firstRunNs: 12.3e6 };
    const sheet = sheetFigures({ ...result, timing, kernel }, HARDWARE);
    expect(sheet.find(({ label }) => label === 'Samples')!.detail).toBe(
      'each the slope of time over up to 27 dispatches, hot cache; converged; 2 outliers, kept in every statistic',
    );
    expect(sheet.find(({ label }) => label === 'First dispatch')).toMatchObject({ value: '12.3 ms' });
    const plain = { ...result.timing!, sampling: 'mean' as const, outliers: [] };
    const without = sheetFigures({ ...result, timing: plain }, HARDWARE);
    expect(without).toEqual(sheetFigures(result, HARDWARE));
    expect(without.map(({ label }) => label)).not.toContain('First dispatch');
  });

  test('say how much samples tell that depend on each other, or that they are too few to judge that', () => {
    const detail = (odd: Partial<Timing>): string | undefined => {
      const result = okResult();
      const sheet = sheetFigures({ ...result, timing: { ...result.timing!, ...odd } }, HARDWARE);
      return sheet.find(({ label }) => label === 'Samples')!.detail;
    };
    expect(detail({ dependence: 'judged', effectiveSamples: 6.2 })).toMatch(
      /; as good as 6 independent ones$/,
    );
    expect(detail({ dependence: 'judged', effectiveSamples: 14 })).toMatch(/; converged$/);
    expect(detail({ dependence: 'not judged' })).toMatch(
      /; too few to judge how they depend on each other: /,
    );
  });

  test('tell what quantizing the activations cost, where they were', () => {
    const labels = (result: Result): string[] => sheetFigures(result, HARDWARE).map(({ label }) => label);
    expect(labels(okResult())).not.toContain('Activation error');
    const result = okResult();
    const againstUnquantizedActivations = { maxAbsError: 0.25, maxRelError: 3, nmse: 1e-4 };
    const verification = { ...result.verification!, againstUnquantizedActivations };
    const sheet = sheetFigures({ ...result, verification }, HARDWARE);
    expect(sheet.find(({ label }) => label === 'Activation error')).toMatchObject({
      value: '1.0 %',
      kind: 'exact',
    });
  });

  test('come with the warnings of the result, first, and without any where it has none', () => {
    expect(caveats(okResult())).toEqual([]);
    const warnings = ['This is a software adapter.', 'The scales were clamped.'];
    expect(caveats({ ...okResult(), warnings, retries: 1 }).slice(0, 2)).toEqual(warnings);
  });

  test('come with a warning of rounds on a slow GPU and of samples in a hidden tab', () => {
    const result = okResult();
    const slow = { ...result.timing!, throttledRounds: 8 };
    const [stayedSlow] = caveats({ ...result, timing: { ...slow, hidden: [4] } });
    expect(stayedSlow).toBe('8 rounds ran while the GPU was slowed down.');
    const recovered = { ...slow, throttled: [0, 1, 2], hidden: [4] };
    expect(caveats({ ...result, timing: recovered })).toEqual([
      '8 rounds ran while the GPU was slowed down: 3 samples taken before it had recovered do not count, and others were taken after.',
      'The tab was hidden meanwhile: 1 sample taken then do not count, and others were taken in front.',
    ]);
  });

  test('come with a warning where the time did not converge', () => {
    const result = okResult();
    const timing = { ...result.timing!, converged: false };
    expect(caveats({ ...result, timing }).join(' ')).toContain('not converged');
  });
});

describe('progress', () => {
  const at = (phase: 'weights' | 'verify' | 'post-check', fraction: number) => ({
    phase,
    fraction,
    detail: '',
  });

  test('goes from 0 to 1 over the phases', () => {
    expect(overallFraction(undefined)).toBe(0);
    expect(overallFraction(at('weights', 0))).toBe(0);
    expect(overallFraction(at('verify', 0.5))).toBeGreaterThan(overallFraction(at('verify', 0)));
    expect(overallFraction(at('post-check', 1))).toBeCloseTo(1);
  });

  test('never leaves its phase', () => {
    expect(overallFraction(at('post-check', 7))).toBeCloseTo(1);
  });

  test('has a name before the first step', () => {
    expect(phaseLabel(undefined)).toBe('Opening the GPU');
  });
});

describe('what a screen reader is told', () => {
  test('is the phase while a run is under way and the verdict with the time after it', () => {
    const progress = { phase: 'verify' as const, fraction: 0, detail: 'x' };
    expect(announcement({ kind: 'running', spec: DEFAULT_SPEC, progress }, undefined)).toBe('Verifying…');
    const told = announcement(
      { kind: 'idle' },
      { spec: DEFAULT_SPEC, result: okResult(), environment: HARDWARE },
    );
    expect(told).toMatch(/^Verified\. .* Time of one product: 312 µs\.$/);
  });
});
