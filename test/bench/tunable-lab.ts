import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import type { Comparison, Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { HARDWARE, okResult } from '../ui/fake-lab.ts';

/** What may go wrong in a {@link tunableLab}. */
export interface TunableFaults {
  /** Whether a spec's result is wrong. */
  readonly isWrong?: (spec: Spec) => boolean;
  /** Called before each sample is taken. */
  readonly onSample?: (spec: Spec) => void;
  /** [ns] of a spec's product. */
  readonly time?: (spec: Spec) => number;
}

/** A naive kernel's time [ns]: best with WX 32, WY 8; other kernels take three times the slowest of it. */
export const timeOf = ({ kernel, params }: Spec): number => {
  if (kernel !== 'naive') return 9e6;
  const { WX = 8, WY = 8 } = params;
  return 1e6 * (1 + Math.abs(Math.log2(WX / 32)) / 4 + Math.abs(Math.log2(WY / 8)) / 4);
};

/** A lab whose every spec has one exact time. */
export function tunableLab({
  isWrong = () => false,
  onSample,
  time = timeOf,
}: TunableFaults = {}): Partial<Lab> {
  const result = (spec: Spec): Result => {
    const right = okResult(spec);
    const { timing, ...rest } = right;
    const variant = spec.kernel === 'auto' ? 'gemv' : spec.kernel;
    const kernel = { variant, params: spec.params, wgslSha256: '', workgroups: 1, workgroupSize: 64 };
    const named = { ...rest, environment: 0, kernel: { ...kernel, workgroupBytes: 0, compileNs: 1 } };
    if (isWrong(spec)) return { ...named, status: 'wrong', reason: 'output [0, 0] is wrong' };
    return { ...named, timing: { ...timing!, medianNs: time(spec) } };
  };
  return {
    caps: () => Promise.resolve(DEFAULT_CAPS),
    run: (spec) => Promise.resolve(result(spec)),
    verify: (spec) => Promise.resolve(result(spec)),
    sample: (spec, count, signal) => {
      onSample?.(spec);
      signal.throwIfAborted();
      return Promise.resolve({ kind: 'timed', samplesNs: new Array<number>(count).fill(time(spec)) });
    },
    compare: (specs) => {
      const results = specs.map(result);
      return Promise.resolve({
        schemaVersion: 1,
        environments: [HARDWARE],
        results,
        comparisons: results.flatMap((other, b) =>
          b > 0 && other.timing && results[0]!.timing
            ? [comparison(time(specs[0]!), time(specs[b]!), b)]
            : [],
        ),
      });
    },
  };
}

function comparison(first: number, other: number, b: number): Comparison {
  const ratio = other / first;
  const verdict = ratio < 0.99 ? 'FASTER' : ratio > 1.01 ? 'SLOWER' : 'SAME';
  return { a: 0, b, ratio, ciLow: 0.995 * ratio, ciHigh: 1.005 * ratio, marginPct: 1, verdict };
}
