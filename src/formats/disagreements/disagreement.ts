/** What a rule makes of a value: a number (NaN and infinities too), or words: bytes in hexadecimal, `throws`. */
export type Outcome = number | string;

/** What some projects do with one and the same input. */
export interface Rule<Input> {
  /** Who follows it. */
  readonly projects: string;
  /** The rule in one line. */
  readonly says: string;
  /** Where it can be read: repository @ commit and path, or a specification. */
  readonly source: string;
  /** Written from general knowledge; nobody read it in a source. */
  readonly unverified?: true;
  readonly apply: (input: Input) => Outcome;
}

interface Common<Kind extends string, Input> {
  readonly name: string;
  /** Other names that users may ask by. */
  readonly aliases: readonly string[];
  /** What the rules answer, one sentence. */
  readonly question: string;
  /** A value for which they differ, as a user writes it. */
  readonly example: string;
  /** What the rules take: a real number, a stored code, or several of either. */
  readonly input: Kind;
  readonly rules: readonly Rule<Input>[];
}

/** Rules for a real number: an f32, or ±Infinity. */
export type RealDisagreement = Common<'real', number>;

/** Rules for a stored code, 0 … 2^bits − 1. */
export type CodeDisagreement = Common<'code', number> & { readonly bits: number };

/** Rules for several numbers. */
export type BlockDisagreement = Common<'block', readonly number[]> & {
  /** A sentence that says why a list is no input for these rules, else undefined. */
  readonly refuses: (values: readonly number[]) => string | undefined;
};

/** One name that means different things in different projects. */
export type Disagreement = RealDisagreement | CodeDisagreement | BlockDisagreement;

/** A name or a value that nobody has a rule for. The message is for users. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';
}
