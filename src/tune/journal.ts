import * as v from 'valibot';
import { describeIssues, finite, oneOf, text } from '../io/schema.ts';

/** Seconds of tuning before the entry, over all runs of it. */
const at = v.pipe(finite, v.minValue(0, 'seconds, 0 or more'));
const time = v.pipe(finite, v.gtValue(0, 'nanoseconds, above 0'));
const tile = v.record(text, finite);

/** Tiles against the default, in the same rounds; ratios are their times ÷ the default's. */
const comparison = {
  at,
  tile,
  medianNs: time,
  /** Rounds. */
  samples: finite,
  ratio: time,
  ciLow: time,
  ciHigh: time,
  verdict: oneOf(['FASTER', 'SLOWER', 'SAME', 'UNCLEAR']),
};

/** One thing that tuning learnt; a journal is a list of them, to which entries are only ever added. */
export const JournalEntrySchema = v.variant('kind', [
  /** A small product with this tile is right. */
  v.object({
    kind: v.literal('verified'),
    at,
    tile,
    /** What the driver took to compile it; about nothing where it had it from before. */
    compileNs: v.optional(v.pipe(finite, v.minValue(0, 'nanoseconds, 0 or more'))),
  }),
  /** One sample of a tile's time [ns per dispatch]. */
  v.object({ kind: v.literal('sample'), at, tile, ns: time }),
  /** A tile that will not be tried again. */
  v.object({
    kind: v.literal('failed'),
    at,
    tile,
    cause: oneOf(['compile', 'run', 'wrong', 'timeout']),
    reason: text,
    /** It failed against the default, after all its samples were taken. */
    late: v.optional(v.boolean()),
  }),
  /** A finalist under the full protocol. */
  v.object({ kind: v.literal('confirmed'), ...comparison }),
  /** The fastest finalist measured again, alone with the default: it was chosen for its first ratio, which flatters it. */
  v.object({ kind: v.literal('final'), ...comparison }),
]);

/** One thing that tuning learnt. */
export type JournalEntry = v.InferOutput<typeof JournalEntrySchema>;
/** A finalist's result against the default. */
export type Confirmed = Extract<JournalEntry, { kind: 'confirmed' }>;
/** The winner's result against the default, of a measurement that it was not chosen by. */
export type Final = Extract<JournalEntry, { kind: 'final' }>;
/** Why a tile is out. */
export type FailureCause = Extract<JournalEntry, { kind: 'failed' }>['cause'];

/** A journal that cannot be read. The message is for users. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/**
 * Validates a journal's JSON value.
 *
 * @throws JournalError naming each field that is wrong, what it holds and what is allowed.
 */
export function parseJournal(value: unknown): JournalEntry[] {
  const result = v.safeParse(v.array(JournalEntrySchema), value, { abortPipeEarly: true });
  if (!result.success) throw new JournalError(describeIssues('The journal', result.issues));
  return result.output;
}
