import { describe, expect, test } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import type { LoadedPlan } from '../../src/device/gpu.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import type { Check, Verification } from '../../src/io/record.ts';
import { formatOf, type Spec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { activationOrder } from '../../src/kernels/int8-activations.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import type { Subject } from '../../src/lab/subject.ts';
import { failedAfterTiming, isRight } from '../../src/lab/verification.ts';
import { failedMemoryCheck } from '../../src/lab/memory-check.ts';
import { postCheck } from '../../src/lab/post-check.ts';
import { alternate, type TwoInputs, twoInputs } from '../../src/lab/two-sets.ts';
import { verify } from '../../src/lab/verify.ts';
import { wrongReason } from '../../src/lab/wrong-reason.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import { OneTermData } from '../../src/reference/one-term-data.ts';
import { decodeQuantized, type QuantizedBuffers } from '../../src/reference/quantized-activations.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { quantizeActivations } from '../reference/quantizer.ts';
import { rightOutput } from '../reference/simulated-product.ts';
import { spec as specOf } from './specs.ts';
import { uploadedInputs } from './uploaded-inputs.ts';

const context = {
  pool: new LocalPool(),
  signal: new AbortController().signal,
  report: () => undefined,
};

/** What a run is of: exact data, single terms, the real data, or one of two products that timed dispatches compute in turn. */
type RunOf = 'exact' | 'terms' | 'real' | 'timed' | 'after';

/** A device that multiplies in this thread what is in its buffers; faults are planted in what it makes of that. */
interface FakeDevice {
  /** What quantizing leaves. */
  readonly quantized?: (buffers: QuantizedBuffers, run: RunOf) => void;
  /** What is multiplied where activations are quantized; by default what the buffers stand for. */
  readonly multiplied?: (decoded: Float32Array, given: Float32Array) => Float32Array<ArrayBuffer>;
  readonly output?: (sum: number, bias: number, run: RunOf) => number;
}

/** A subject on a fake device. */
function subjectOn(device: FakeDevice, overrides: Partial<Spec>): Subject {
  const spec = specOf({ m: 3, n: 5, k: 70, ...overrides });
  const { m: M, n: N, k: K, seed } = spec;
  // No kernel here takes all that a fake device does.
  const planned = planSpec({ ...spec, activation: 'f32', epilogue: 'none', output: 'f32' }, DEFAULT_CAPS);
  if (planned.kind === 'rejected') throw new Error(planned.constraint);
  const { activation, accumulator, epilogue, output } = spec;
  const plan: KernelPlan = {
    ...planned,
    problem: { ...planned.problem, activation, accumulator, epilogue, output },
  };
  const weights = quantize(randomWeights(2, N, K), N, K, formatOf(spec));
  const problem = { ...plan.problem, rounding: plan.numerics };
  const uploads = new Map<string, ArrayBufferView<ArrayBuffer>>();
  const order: readonly RunOf[] = [
    ...(exactInputs(problem, seed).kind === 'none' ? [] : (['exact'] as const)),
    ...Array.from({ length: new OneTermData(problem, seed).grid.runs }, () => 'terms' as const),
    'real',
    'timed',
    'after',
  ];
  let run = -1;
  let timed: TwoInputs | undefined;
  let buffers: QuantizedBuffers | undefined;
  const lastSet = (): 0 | 1 => (order[run] === 'timed' ? 0 : 1);
  const compute = (): Float32Array<ArrayBuffer> => {
    const inputs = timed?.[lastSet()] ?? uploadedInputs(plan, uploads);
    let activations = inputs.activations;
    if (activation === 'i8') {
      buffers = quantizeActivations(activations, M, K, plan.paddedM, activationOrder(plan.problem));
      device.quantized?.(buffers, order[run]!);
      const decoded = decodeQuantized(activations, M, K, buffers).activations;
      activations = device.multiplied?.(decoded, activations) ?? decoded;
    }
    const bias = uploads.get('bias') as Float32Array | undefined;
    return rightOutput({ ...inputs, activations }).map((sum, i) => {
      const own = bias?.[i % N] ?? 0;
      return Math.fround(device.output?.(sum, own, order[run]!) ?? sum + own);
    });
  };
  const loaded: LoadedPlan = {
    plan,
    compileNs: nanoseconds(0),
    firstRunNs: undefined,
    upload: (role, data) => {
      uploads.set(role, data);
    },
    run: () => {
      run++;
      return Promise.resolve();
    },
    readOutput: () => Promise.resolve(compute()),
    read: (role) => Promise.resolve(buffers![role as 'quantized' | 'blocks']),
    alternate: () => {
      timed = twoInputs(subject);
      return Promise.resolve();
    },
    get lastSet() {
      return lastSet();
    },
    rotateWeights: (size) => Promise.resolve(size),
    sample: () => {
      run++;
      return Promise.resolve(nanoseconds(1));
    },
    runFenced: () => Promise.reject(new Error('no text of a user is run')),
    beside: () => Promise.reject(new Error('no other text is compiled')),
    destroy: () => undefined,
  };
  const subject: Subject = { kind: 'ready', spec, loaded, weights, facts: {} };
  return subject;
}

const verified = (device: FakeDevice, overrides: Partial<Spec>): Promise<Verification> =>
  verify(subjectOn(device, overrides), context);

const I8 = { activation: 'i8' } as const;

describe('int8 activations', () => {
  test('are right where the product is that of what they became, and what that cost is told', async () => {
    const found = await verified({}, I8);
    expect(found).toMatchObject({ passed: true, integerExact: 'passed', checkedElements: 15 });
    expect(found.activationFault).toBeUndefined();
    const { nmse, maxAbsError } = found.againstUnquantizedActivations!;
    // Of 8 bits: some 0.6 % of the outputs' size, and many times what the verdict grants.
    expect(Math.sqrt(nmse)).toBeGreaterThan(1e-3);
    expect(Math.sqrt(nmse)).toBeLessThan(2e-2);
    expect(maxAbsError).toBeGreaterThan(100 * found.maxAbsError);
  });

  test('that are not used are wrong: the product of the activations before they were quantized', async () => {
    const found = await verified({ multiplied: (_, given) => Float32Array.from(given) }, I8);
    expect(found.passed).toBe(false);
    expect(found.boundRatio).toBeGreaterThan(1);
    expect(found.integerExact).toBe('passed');
  });

  const codesOf = ({ quantized }: QuantizedBuffers): Int8Array => new Int8Array(quantized);

  /** Makes a scale one that its codes nearly fit, and no more than what rounding it up may explain. */
  const growScale = ({ blocks }: QuantizedBuffers): number => (new Float32Array(blocks)[0]! *= 1 + 2 ** -11);

  test.each<readonly [string, NonNullable<FakeDevice['quantized']>, string]>([
    ['a code one step off', (buffers, run) => run === 'real' && codesOf(buffers)[5]!--, 'passed'],
    ['a wrong sum', (buffers, run) => run === 'real' && new Int32Array(buffers.blocks)[1]!++, 'passed'],
    ['padding that is not zero', (buffers) => (codesOf(buffers)[80] = 1), 'failed'],
    [
      'a scale of exact data that is not 1',
      (buffers, run) => run === 'exact' && growScale(buffers),
      'failed',
    ],
  ])('with %s are wrong, and the reason says so', async (_, quantized, integerExact) => {
    const found = await verified({ quantized }, I8);
    expect(found).toMatchObject({ passed: false, integerExact });
    expect(found.activationFault).toBeDefined();
    expect(wrongReason(found, false)).toContain(
      `activations are not quantized right (${found.activationFault})`,
    );
  });

  test('are checked again after the timing', async () => {
    /** Faulty in the dispatch that was timed, or in the one after it, which has the other inputs. */
    const late =
      (faulty?: RunOf) =>
      (buffers: QuantizedBuffers, run: RunOf): void => {
        if (run === faulty) codesOf(buffers)[5]!--;
      };
    for (const [faulty, right] of [
      [undefined, true],
      ['timed', false],
      ['after', false],
    ] as const) {
      const subject = subjectOn({ quantized: late(faulty) }, I8);
      expect((await verify(subject, context)).passed).toBe(true);
      const inputs = twoInputs(subject);
      await alternate(subject, inputs);
      await subject.loaded.sample(1);
      const { checked, same } = await postCheck(subject, inputs, context);
      expect(isRight(checked)).toBe(right);
      expect(same).toBe(0);
    }
  });
});

describe('other activations', () => {
  test.each(['f32', 'f16'] as const)('%s have no errors of quantization', async (activation) => {
    const found = await verified({}, { activation });
    expect(found).toMatchObject({ passed: true, integerExact: 'passed' });
    expect(found.againstUnquantizedActivations).toBeUndefined();
  });
});

describe('an epilogue', () => {
  test('that is a bias is uploaded, on exact data and on real data', async () => {
    expect(await verified({}, { epilogue: 'bias' })).toMatchObject({ passed: true, integerExact: 'passed' });
    const without = await verified({ output: (sum) => sum }, { epilogue: 'bias' });
    expect(without).toMatchObject({ passed: false, integerExact: 'failed' });
    expect(without.boundRatio).toBeGreaterThan(1);
  });

  test('that is no sum has no exact data', async () => {
    const silu = (sum: number): number => sum / (1 + Math.exp(-sum));
    expect(await verified({ output: silu }, { epilogue: 'silu' })).toMatchObject({
      passed: true,
      integerExact: 'silu is not exact',
    });
    expect((await verified({}, { epilogue: 'silu' })).passed).toBe(false);
  });
});

/** Outputs of fewer significant bits, which are within their bounds. */
const coarse = (sum: number): number => {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(sum))) - 13);
  return Math.round(sum / unit) * unit;
};

describe('less precision than declared', () => {
  const LARGER = { n: 60, k: 200 };

  const sizeIn = ({ checks = [] }: Verification): Check => checks.find(({ check }) => check === 'size')!;

  test('of a kernel that is as precise as it declares is not found, and both figures are told', async () => {
    const found = await verified({}, LARGER);
    const { outcome, says } = sizeIn(found);
    expect(outcome).toBe('passed');
    expect(says).toMatch(
      /^The error as a whole, NMSE \d\.\de-\d+, is what the declared roundings make \(up to \d\.\de-\d+\)\.$/,
    );
    expect(found.nmse).toBeLessThan(found.nmseExpected!);
  });

  test('makes a result wrong, and the reason tells both figures', async () => {
    const found = await verified({ output: (sum, _, run) => (run === 'real' ? coarse(sum) : sum) }, LARGER);
    expect(found).toMatchObject({ passed: false, integerExact: 'passed' });
    expect(found.boundRatio).toBeLessThan(1);
    expect(found.firstWrong).toBeUndefined();
    expect(sizeIn(found).outcome).toBe('failed');
    expect(wrongReason(found, false)).toBe(
      `The kernel computes something else: it computes in less precision than declared: the error as a whole is NMSE ` +
        `${found.nmse.toExponential(1)}, and the declared roundings make at most ${found.nmseExpected!.toExponential(1)}.`,
    );
  });

  test('is found in the last timed run alone', async () => {
    const subject = subjectOn({ output: (sum, _, run) => (run === 'timed' ? coarse(sum) : sum) }, LARGER);
    const before = await verify(subject, context);
    expect(before.passed).toBe(true);
    const inputs = twoInputs(subject);
    await alternate(subject, inputs);
    await subject.loaded.sample(1);
    const { checked: after, same } = await postCheck(subject, inputs, context);
    expect(isRight(after)).toBe(false);
    const memory = failedMemoryCheck({ plan: subject.loaded.plan, dispatchesPerSample: 1, same });
    const found = failedAfterTiming(before, after, memory);
    expect(found).toMatchObject({ passed: false, integerExact: 'passed' });
    expect(sizeIn(found).outcome).toBe('failed');
    expect(wrongReason(found, true)).toContain('it computes in less precision than declared');
  });

  test('is not asked of outputs that are wrong one by one', async () => {
    const found = await verified({ output: (sum, _, run) => (run === 'real' ? 1.5 * sum : sum) }, {});
    expect(found.passed).toBe(false);
    expect(sizeIn(found).outcome).toBe('not made');
    expect(wrongReason(found, false)).not.toContain('precision');
  });
});
