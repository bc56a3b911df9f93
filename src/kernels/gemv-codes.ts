import { range } from '../base/integers.ts';
import { elementOf } from '../formats/format.ts';
import { CHUNK, isPlain, RUN } from '../layouts/layout.ts';
import { parseLayout } from '../layouts/registry.ts';
import { decodeRun, type HalvedBy, MAGIC } from './decode.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';

/** A code as f32, exact: `raw = MAGIC · (codes in halves) + 2^place · code`, or the value itself (place 0). */
export interface PlacedCode {
  /** Place in the step, 0 … codes − 1. */
  readonly k: number;
  /** An f32 expression over the statements' names. */
  readonly raw: string;
  /** log2 of what the code is multiplied by. */
  readonly place: number;
}

/** How an invocation takes `codes` neighbouring codes along K of a column. */
export interface CodeStep {
  /** Codes of a step: a divisor of a chunk. */
  readonly codes: number;
  /** Values fetched for a step of one column. */
  readonly count: number;
  /** What is on every raw code besides the code: 1024, or 0 where raw codes are values. */
  readonly magic: number;
  /** A `Words` expression, as `RunAccess.load` gives it; `step` counts steps within a chunk. */
  load(i: number, n: string, chunk: string, step: string): string;
  /** Takes the fetched values of one column apart, as `decodeRun` does. */
  take(
    fetched: readonly string[],
    step: string,
    prefix: string,
    halvedBy: HalvedBy,
  ): { readonly statements: readonly string[]; readonly codes: readonly PlacedCode[] };
}

/** Low bits of the f16 number MAGIC, whose step is 1, so that they count as they are. */
const MANTISSA = 10;

/**
 * The step of a problem whose codes are summed before they are scaled. Evenly spaced values whose words hold them in order
 * become f32 two at a time: whatever two codes lie in the low ten bits of the halves of a word are masked where they are, in
 * the mantissas of two f16 numbers 1024, each with a power of two that the activation is divided by instead.
 */
export function codeStep(problem: GemmProblem): CodeStep {
  const { kind, bits } = elementOf(problem.format);
  const { placement, order } = parseLayout(problem.layout);
  if (kind !== 'linear' || placement.kind !== 'chunks' || !isPlain(order)) return runStep(problem);
  // A step has whole words, so that none is loaded twice.
  const codes = bits % 4 === 0 ? RUN : bits === 2 ? 2 * RUN : CHUNK;
  const count = (codes * bits) / 32;
  return {
    codes,
    count,
    magic: MAGIC,
    load: (i, n, chunk, step) =>
      `words(${n}, ${chunk}, ${codes === CHUNK ? `${i}u` : count === 1 ? step : `${step} * ${count}u + ${i}u`})`,
    take: (fetched, _, prefix) => maskFields(bits, codes, fetched, prefix),
  };
}

/** A run of codes, or of values, as all kernels take it apart: what an exact decode of each weight begins with. */
export function runStep(problem: GemmProblem): CodeStep {
  const access = runAccess(problem);
  return {
    codes: RUN,
    count: access.count,
    magic: 0,
    load: (...place) => access.load(...place),
    take: (fetched, step, prefix, halvedBy) => {
      const { statements, codes } = decodeRun(problem, fetched, step, prefix, halvedBy);
      return {
        statements,
        codes: codes.map(({ k, raw, multiple }) => ({ k, raw, place: Math.log2(multiple) })),
      };
    },
  };
}

/** Masks the codes of words, in as few shifted copies of them as may be. */
function maskFields(
  bits: number,
  count: number,
  words: readonly string[],
  prefix: string,
): { readonly statements: readonly string[]; readonly codes: readonly PlacedCode[] } {
  const statements: string[] = [];
  const codes: PlacedCode[] = [];
  for (const view of viewsOf(bits, count)) {
    const name = `${prefix}_v${view.shift}`;
    statements.push(`let ${name} = ${shiftedWord(words, view.shift)};`);
    for (let i = 0; i < Math.max(view.low.length, view.high.length); i++) {
      const low = view.low[i];
      const high = view.high[i];
      const mask = fieldMask(bits, low, view.shift) + fieldMask(bits, high, view.shift);
      const pair = `${prefix}_h${low ?? high!}`;
      statements.push(`let ${pair} = unpack2x16float((${name} & 0x${mask.toString(16)}u) | 0x64006400u);`);
      for (const [k, component] of [
        [low, 'x'],
        [high, 'y'],
      ] as const) {
        if (k !== undefined)
          codes.push({ k, raw: `${pair}.${component}`, place: (k * bits - view.shift) & 15 });
      }
    }
  }
  return { statements, codes: codes.sort((a, b) => a.k - b.k) };
}

/** Codes in the low ten bits of the halves of the words, shifted right by `shift` bits in all. */
interface View {
  readonly shift: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const fieldMask = (bits: number, k: number | undefined, shift: number): number =>
  k === undefined ? 0 : (2 ** bits - 1) * 2 ** (k * bits - shift);

/** Greedily, the shifts that bring the most codes into place, those first that need no work. */
function viewsOf(bits: number, count: number): readonly View[] {
  const rest = new Set(range(count));
  const views: View[] = [];
  while (rest.size > 0) {
    const best = range(bits * count)
      .map((shift): View => {
        const within = (from: number): number[] =>
          [...rest].filter((k) => k * bits >= from && (k + 1) * bits <= from + MANTISSA);
        return { shift, low: within(shift), high: within(shift + 16) };
      })
      .reduce((most, view) => (gain(view) > gain(most) ? view : most));
    for (const k of [...best.low, ...best.high]) rest.delete(k);
    views.push(best);
  }
  return views;
}

/** Codes for each operation, roughly: a pair costs one, a shift one, and more across words. */
function gain({ shift, low, high }: View): number {
  const masks = Math.max(low.length, high.length);
  return (low.length + high.length) / (masks + (shift % 32 === 0 ? 0 : 1) || 1);
}

/** 32 bits from bit `shift` on. */
function shiftedWord(words: readonly string[], shift: number): string {
  const i = shift >> 5;
  const down = shift & 31;
  if (down === 0) return words[i]!;
  const next = words[i + 1];
  return next === undefined
    ? `${words[i]!} >> ${down}u`
    : `(${words[i]!} >> ${down}u) | (${next} << ${32 - down}u)`;
}
