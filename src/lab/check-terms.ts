import { hash32 } from '../base/random.ts';
import { elementValues } from '../formats/element.ts';
import { elementOf } from '../formats/format.ts';
import { assembleQuantized } from '../formats/quantized.ts';
import type { Check } from '../io/record.ts';
import { finiteCodes } from '../reference/exact-codes.ts';
import type { ExactProblem } from '../reference/exact-range.ts';
import { randomCodes } from '../reference/exact-weights.ts';
import { OneTermCheck } from '../reference/one-term-check.ts';
import { OneTermData, type OneTermRun } from '../reference/one-term-data.ts';
import { NAN_POISON_BITS } from '../reference/poison.ts';
import type { CheckContext } from './check-context.ts';
import { uploadActivations, uploadGroups, uploadWeights } from './operands.ts';
import { otherTasks } from './other-tasks.ts';
import type { Subject } from './subject.ts';
import { termsSay } from './terms-say.ts';

/** Outputs judged before other tasks have their turn: some 15 ms. */
const OUTPUTS_AT_ONCE = 2 ** 15;

/**
 * Judges outputs of which each is one term, by the roundings of that term: runs of scales of all bits and exponents, and of
 * activations of many bits, over codes that stay in the buffers.
 *
 * @param ordinary [M, K] activations of the real data.
 * @param codes [N, K] that the last run's buffers hold, if there was one.
 * @param fraction of the verification that this is, for progress.
 */
export async function checkTerms(
  { loaded, spec }: Pick<Subject, 'loaded' | 'spec'>,
  ordinary: Float32Array,
  codes: Uint8Array<ArrayBuffer> | undefined,
  { signal, report }: CheckContext,
  [from, to]: readonly [number, number],
): Promise<Check> {
  const { problem: planned, numerics } = loaded.plan;
  const problem: ExactProblem = { ...planned, rounding: numerics };
  const data = new OneTermData(problem, spec.seed);
  const { runs } = data.grid;
  const held = codes && holdsEveryCode(problem, codes) ? codes : undefined;
  const all = held ?? everyCode(problem, spec.seed);
  const check = new OneTermCheck(problem, data, all);
  let next = data.run(0, ordinary);
  for (let i = 0; i < runs; i++) {
    signal.throwIfAborted();
    report('verify', from + ((to - from) * i) / runs, 'single terms');
    const run = next;
    if (i === 0 && !held) uploadCodes(loaded, problem, all, run);
    uploadGroups(loaded, run.scales);
    uploadActivations(loaded, run.activations);
    if (run.bias) loaded.upload('bias', run.bias);
    await loaded.run(NAN_POISON_BITS);
    const reading = loaded.readOutput();
    // Made while the device is at work.
    if (i + 1 < runs) next = data.run(i + 1, ordinary);
    const output = await reading;
    const rows = data.grid.rows;
    const atOnce = Math.max(1, Math.floor(OUTPUTS_AT_ONCE / problem.N));
    for (let first = 0; first < rows; first += atOnce) {
      if (first > 0) await otherTasks();
      signal.throwIfAborted();
      check.check(i, run, output, [first, Math.min(rows, first + atOnce)]);
    }
  }
  return { check: 'precision', ...termsSay(check.findings(), problem, runs) };
}

const uploadCodes = (
  loaded: Subject['loaded'],
  { format, N, K }: ExactProblem,
  codes: Uint8Array<ArrayBuffer>,
  { scales: { stored, zeros } }: OneTermRun,
): void => {
  uploadWeights(loaded, assembleQuantized(format, N, K, codes, stored, zeros));
};

/** Whether each code of the element that is a number is among some, as far as there is room. */
function holdsEveryCode({ format, N, K }: ExactProblem, codes: Uint8Array): boolean {
  const wanted = Math.min(finiteCodes(elementValues(elementOf(format))).length, N * K);
  const seen = new Set<number>();
  for (let i = 0; i < codes.length && seen.size < wanted; i++) seen.add(codes[i]!);
  return seen.size >= wanted;
}

const everyCode = ({ format, N, K }: ExactProblem, seed: number): Uint8Array<ArrayBuffer> =>
  randomCodes(N * K, finiteCodes(elementValues(elementOf(format))), hash32(seed, 13));
