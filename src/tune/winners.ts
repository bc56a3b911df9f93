import * as v from 'valibot';
import { describeIssues, finite, oneOf, text, wholeNumber } from '../io/schema.ts';
import { formatFields, SpecSchema } from '../io/spec.ts';
import type { GemmProblem } from '../kernels/problem.ts';
import { shapeClass } from './shape-class.ts';

/** The version of the file that this code writes and reads. */
const SCHEMA_VERSION = 1;

const size = wholeNumber(1, 1 << 20);
const positive = v.pipe(finite, v.gtValue(0, 'a number above 0'));

const { format, group, scale, zeroPoint, secondLevel } = SpecSchema.entries;
const FormatSchema = v.object({ format, group, scale, zeroPoint, secondLevel });

/** A tile that won on one adapter for one problem. */
export const WinnerSchema = v.object({
  adapter: v.object({ vendor: text, architecture: text, description: text }),
  /** As it was measured; the winner stands for its whole class of shapes. */
  shape: v.object({ m: size, n: size, k: size }),
  /** What a spec says of the format, but for the rule that chose the scales: it costs no time. */
  format: FormatSchema,
  layout: text,
  activation: oneOf(['f32', 'f16', 'i8']),
  accumulator: oneOf(['f32', 'f16']),
  output: oneOf(['f32', 'f16']),
  /** Where the weights lay when it was measured; one without it is not looked up. */
  cache: v.optional(oneOf(['hot', 'cold'])),
  kernel: text,
  /** Which text of the kernel it was; one without it, or of another version, is not looked up. */
  version: v.optional(text),
  params: v.record(text, wholeNumber(0, 1 << 16)),
  medianNs: positive,
  /** Its time ÷ the default's, and the 95 % interval of that. */
  ratio: positive,
  ciLow: positive,
  ciHigh: positive,
  /**
   * Where `auto` stands for another kernel when there is no store: its time ÷ that kernel's at its default, and the 95 % interval.
   */
  againstAuto: v.optional(
    v.object({
      kernel: text,
      version: v.optional(text),
      ratio: positive,
      ciLow: positive,
      ciHigh: positive,
    }),
  ),
  /** Rounds that it was confirmed in. */
  samples: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  /** Milliseconds since 1970. */
  measuredAt: wholeNumber(0, Number.MAX_SAFE_INTEGER),
});

/** What a store is exported as and imported from. */
export const WinnersSchema = v.object({
  schemaVersion: v.literal(SCHEMA_VERSION, String(SCHEMA_VERSION)),
  winners: v.array(WinnerSchema),
});

/** A tile that won on one adapter for one problem. */
export type Winner = v.InferOutput<typeof WinnerSchema>;
/** A store of winners as JSON. */
export type WinnersFile = v.InferOutput<typeof WinnersSchema>;
/** The adapter that a winner won on. */
export type WinnerAdapter = Winner['adapter'];

/** A store of winners that cannot be read. The message is for users. */
export class WinnersError extends Error {
  override readonly name = 'WinnersError';
}

/** What a winner is looked up by. */
export type WinnerQuestion = Pick<
  Winner,
  'adapter' | 'shape' | 'format' | 'layout' | 'activation' | 'accumulator' | 'output'
>;

/** What a winner must also be of, to be looked up. */
export interface WinnerTerms {
  /** The kernel that `auto` stands for when there is no store. */
  readonly auto: string;
  readonly cache: Winner['cache'];
  /** What the version of a kernel is now, for problems of this class. */
  readonly versionOf: (kernel: string) => string | undefined;
}

/** The best known tile of each adapter, class of shapes, format, layout, types, cache, and kernel by its version. */
export class Winners {
  readonly #byKey = new Map<string, Winner>();

  /** @param winners of several for the same key the one stays that surely gains the most, of two alike the newer. */
  constructor(winners: readonly Winner[] = []) {
    for (const winner of winners) this.add(winner);
  }

  /**
   * Reads an exported store.
   *
   * @throws WinnersError naming each field that is wrong, what it holds and what is allowed.
   */
  static parse(value: unknown): Winners {
    const result = v.safeParse(WinnersSchema, value, { abortPipeEarly: true });
    if (!result.success) throw new WinnersError(describeIssues('The store of winners', result.issues));
    return new Winners(result.output.winners);
  }

  /** Adds a winner, unless a better one is known. @returns whether it was added. */
  add(winner: Winner): boolean {
    const known = this.inPlaceOf(winner);
    if (known && !isBetter(winner, known)) return false;
    this.#byKey.set(placeOf(winner), winner);
    return true;
  }

  /** The winner that is kept in the place of another, or is that one; `undefined` where there is none. */
  inPlaceOf(winner: Winner): Winner | undefined {
    return this.#byKey.get(placeOf(winner));
  }

  /** Takes a winner out. */
  remove(winner: Winner): void {
    this.#byKey.delete(placeOf(winner));
  }

  /** Adds all winners of another store; the order of merging makes no difference. */
  merge(other: Winners): void {
    for (const winner of other.#byKey.values()) this.add(winner);
  }

  /**
   * The winner to use for a problem: of those of its class that are no worse than what `auto` stands for, the one with the
   * shortest time a multiply-accumulate. A plan may still reject it.
   *
   * @returns `undefined` where none was tuned for the problem as the kernels are now, or none beats `auto`.
   */
  lookup(adapter: WinnerAdapter, problem: GemmProblem, terms: WinnerTerms): Winner | undefined {
    const question = keyOf(questionOf(adapter, problem));
    const usable = [...this.#byKey.values()].filter(
      (winner) =>
        keyOf(winner) === question &&
        winner.cache === terms.cache &&
        winner.version !== undefined &&
        winner.version === terms.versionOf(winner.kernel) &&
        beatsAuto(winner, terms),
    );
    return usable.sort((a, b) => timePerMac(a) - timePerMac(b))[0];
  }

  /** The store as JSON, in the order of its keys. */
  export(): WinnersFile {
    const entries = [...this.#byKey].sort(([a], [b]) => (a < b ? -1 : 1));
    return { schemaVersion: SCHEMA_VERSION, winners: entries.map(([, winner]) => winner) };
  }
}

/** Whether a winner may stand in for `auto`: it is that kernel, faster than its default, or was measured to be faster. */
const beatsAuto = ({ kernel, againstAuto }: Winner, { auto, versionOf }: WinnerTerms): boolean =>
  kernel === auto ||
  (againstAuto?.kernel === auto && againstAuto.version === versionOf(auto) && againstAuto.ciHigh < 1);

const timePerMac = ({ medianNs, shape: { m, n, k } }: Winner): number => medianNs / (m * n * k);

/** The fields of a winner that a problem on an adapter determines. */
export function questionOf(
  { vendor, architecture, description }: WinnerAdapter,
  { M, N, K, layout, activation, accumulator, output, ...problem }: GemmProblem,
): WinnerQuestion {
  const { format, group, scale, zeroPoint, secondLevel } = formatFields(problem.format);
  return {
    adapter: { vendor, architecture, description },
    shape: { m: M, n: N, k: K },
    format: { format, group, scale, zeroPoint, secondLevel },
    layout,
    activation,
    accumulator,
    output,
  };
}

/** What one winner stands for alone. */
const placeOf = (winner: Winner): string =>
  JSON.stringify([keyOf(winner), winner.cache, winner.kernel, winner.version]);

function keyOf({ adapter, shape, format, layout, activation, accumulator, output }: WinnerQuestion): string {
  const { m, n, k } = shapeClass({ M: shape.m, N: shape.n, K: shape.k });
  const { vendor, architecture, description } = adapter;
  const { group, scale, zeroPoint, secondLevel } = format;
  return JSON.stringify([
    [vendor, architecture, description],
    [m, n, k],
    [format.format, group, scale, zeroPoint, secondLevel, layout, activation, accumulator, output],
  ]);
}

/**
 * By what it surely gains on the default: a short search must not take the place of a long one. Then by age, then by anything, so
 * that merging is the same in any order.
 */
function isBetter(a: Winner, b: Winner): boolean {
  if (a.ciHigh !== b.ciHigh) return a.ciHigh < b.ciHigh;
  if (a.measuredAt !== b.measuredAt) return a.measuredAt > b.measuredAt;
  if (a.samples !== b.samples) return a.samples > b.samples;
  return spell(a) > spell(b);
}

const spell = ({ kernel, params, medianNs, ratio, ciLow, ciHigh, shape }: Winner): string =>
  JSON.stringify([kernel, Object.entries(params).sort(), medianNs, ratio, ciLow, ciHigh, shape]);
