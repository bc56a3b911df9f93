import { expect, test } from 'vitest';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { measure, type Measurement } from '../../src/measure/measure.ts';
import { PROTOCOLS } from '../../src/measure/protocol.ts';
import { FakeMachine } from './fake-gpu.ts';

const PAIRS = 200;
const STEP = 65_536;

type Measured = Extract<Measurement, { kind: 'measured' }>;

interface Run {
  readonly noise: number;
  /** Of the clock [ns]. */
  readonly step: number;
  readonly seed: number;
  readonly protocol: keyof typeof PROTOCOLS;
}

/** The verdict on a kernel and another that takes `ratio` of its time, measured together until the protocol has enough. */
async function verdict(ratio: number, { noise, step, seed, protocol }: Run): Promise<string> {
  const machine = new FakeMachine();
  machine.time = 7919 * seed;
  const [a, b] = (await measure(
    [1, ratio].map((share, i) =>
      machine.kernel('ab'[i]!, 37_000 * share, { noise, step, seed: 2 * seed + i }),
    ),
    { timer: { source: 'timestamp-query', stepNs: step }, protocol: PROTOCOLS[protocol], seed },
    machine,
  )) as [Measured, Measured];
  return compareTimes(a.times, b.times, { a: a.resolutionNs, b: b.resolutionNs })!.verdict;
}

test.each([
  ['1 %', 0.01, 1, 'quick'],
  ['1 %, by a clock that steps by 65.536 µs,', 0.01, STEP, 'standard'],
] as const)(
  'a kernel with a noise of %s is told apart from itself in at most one of 200 pairs, when the protocol ends each',
  async (_, noise, step, protocol) => {
    let told = 0;
    for (let seed = 0; seed < PAIRS; seed++) {
      const found = await verdict(1, { noise, step, seed, protocol });
      if (found === 'FASTER' || found === 'SLOWER') told++;
    }
    expect(told).toBeLessThanOrEqual(1);
    // The control: a fifth less work is told every time.
    for (let seed = 0; seed < 10; seed++) {
      expect(await verdict(0.8, { noise, step, seed, protocol })).toBe('FASTER');
    }
  },
);
