import type { Check, Verification } from '../io/record.ts';
import { drawActivations, drawBias } from '../io/activations.ts';
import { exactInputs } from '../reference/exact-data.ts';
import { POISON_BITS } from '../reference/poison.ts';
import type { CheckRequest, ProductInputs } from '../reference/request.ts';
import type { CheckContext } from './check-context.ts';
import { checkBounds } from './check-bounds.ts';
import { checkOrder } from './check-order.ts';
import { checkRaces } from './check-races.ts';
import { sizeOf } from './check-size.ts';
import { checkTerms } from './check-terms.ts';
import type { RightOutput } from './check-text.ts';
import { uploadInputs } from './operands.ts';
import { inexactActivations, multipliedInputs } from './quantized-activations.ts';
import type { Subject } from './subject.ts';
import {
  type Checked,
  errorsOf,
  type ExactOutcome,
  isRight,
  type QuantizationErrors,
  verificationOf,
} from './verification.ts';

/**
 * Checks a kernel on poisoned outputs: on integer-exact or one-hot data bit for bit, on single terms by their own roundings, then
 * on the real weights by the bound. The real weights stay in the buffers. A kernel that quantizes its activations is checked
 * against the product with what it made of them, which is checked by itself; the errors against the product without are told beside it.
 */
export async function verify(subject: Subject, context: CheckContext): Promise<Verification> {
  const exact = await checkExact(subject, context);
  const { right } = exact;
  const texts = async (): Promise<readonly [order: Check, bounds: Check]> => [
    await checkOrder(subject, right, context.signal),
    await checkBounds(subject, right),
  ];
  // On the inputs that are in the buffers: exact ones, or else the real ones.
  const onExact = right.kind === 'unknown' ? undefined : await texts();
  const inputs = inputsFor(subject, subject.spec.seed);
  const terms = await checkTerms(subject, inputs.activations, exact.codes, context, [0.4, 0.5]);
  const quantizes = subject.loaded.plan.problem.activation === 'i8';
  const output = await runOn(subject, inputs, 'real data', context, 0.5);
  const { activations } = (await multipliedInputs(subject.loaded, inputs)).inputs;
  context.onJudged?.({ activations, output });
  const real = await check(subject, inputs, output, 'bound', context, [0.5, quantizes ? 0.75 : 1]);
  const against = quantizes ? await errorsAgainst(subject, inputs, output, context) : undefined;
  const [order, bounds] = onExact ?? (await texts());
  const races = await checkRaces(subject, context.signal);
  const checks = [terms, sizeOf(real.verdict), order, races, bounds];
  return verificationOf(real, exact.outcome, checks, against);
}

/** The real data; real weights meet activations with outlier channels. */
export function inputsFor(subject: Subject, seed: number): ProductInputs {
  const { spec } = subject;
  const activations = drawActivations(seed, spec.m, spec.k, spec.activation, spec.weights !== 'random');
  return { activations, ...operandsOf(subject) };
}

/** What is multiplied, but for the activations. */
export function operandsOf({ spec, weights }: Subject): Omit<ProductInputs, 'activations'> {
  const bias = spec.epilogue === 'bias' ? { bias: drawBias(spec.seed, spec.n) } : {};
  return { M: spec.m, weights, ...bias };
}

/** What is asked of an output of a subject. */
export const requestFor = (
  { loaded: { plan }, spec }: Subject,
  inputs: ProductInputs,
  judge: CheckRequest['judge'],
): CheckRequest => ({
  inputs,
  rounding: plan.numerics,
  judge,
  seed: spec.seed,
  epilogue: plan.problem.epilogue,
  output: plan.problem.output,
});

/** What exact data showed. */
interface ExactRun {
  /** Or why there are none. */
  readonly outcome: ExactOutcome | string;
  /** The outputs as other runs on the data ought to have them. */
  readonly right: RightOutput;
  /** The codes that they leave in the buffers; undefined where there are none. */
  readonly codes?: Uint8Array<ArrayBuffer>;
}

async function checkExact(subject: Subject, context: CheckContext): Promise<ExactRun> {
  const { problem, numerics } = subject.loaded.plan;
  const exact = exactInputs({ ...problem, rounding: numerics }, subject.spec.seed);
  if (exact.kind === 'none') return { outcome: exact.reason, right: { kind: 'unknown' } };
  const output = await runOn(subject, exact.inputs, 'bit for bit', context, 0);
  const checked = await check(subject, exact.inputs, output, 'exact', context, [0, 0.4], exact.unit);
  return {
    outcome: { kind: exact.kind, ...checked },
    right: isRight(checked)
      ? { kind: 'exact', output }
      : { kind: 'wrong', says: 'Outputs on exact data are wrong in any order.' },
    codes: exact.inputs.weights.codes,
  };
}

/** Runs once on inputs, over poison. @returns the outputs */
async function runOn(
  { loaded }: Subject,
  inputs: ProductInputs,
  detail: string,
  { signal, report }: CheckContext,
  fraction: number,
): Promise<Float32Array<ArrayBuffer>> {
  signal.throwIfAborted();
  report('verify', fraction, detail);
  uploadInputs(loaded, inputs);
  await loaded.run(POISON_BITS);
  return loaded.readOutput();
}

/** Checks the outputs of the last run, and the activations that it multiplied. */
async function check(
  subject: Subject,
  given: ProductInputs,
  output: Float32Array<ArrayBuffer>,
  judge: CheckRequest['judge'],
  { pool, signal, report }: CheckContext,
  [from, to]: readonly [number, number],
  unit = 1,
): Promise<Checked> {
  const { inputs, fault } = await multipliedInputs(subject.loaded, given);
  const detail = judge === 'exact' ? 'bit for bit' : 'real data';
  const request = { ...requestFor(subject, inputs, judge), unit };
  const verdict = await pool.check(request, output, signal, (fraction) => {
    report('verify', from + (to - from) * fraction, detail);
  });
  const inexact = judge === 'exact' ? inexactActivations(given, inputs) : undefined;
  return { verdict, activationFault: fault ?? inexact };
}

/** How far outputs are from the product with activations as they were before they were quantized. */
async function errorsAgainst(
  subject: Subject,
  given: ProductInputs,
  output: Float32Array<ArrayBuffer>,
  { pool, signal, report }: CheckContext,
): Promise<QuantizationErrors> {
  const request = requestFor(subject, given, 'bound');
  const verdict = await pool.check(request, output, signal, (fraction) => {
    report('verify', 0.75 + 0.25 * fraction, 'activations before they were quantized');
  });
  return errorsOf(verdict);
}
