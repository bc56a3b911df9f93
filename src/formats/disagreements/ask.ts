import { type Disagreement, DisagreementError, type Outcome, type Rule } from './disagreement.ts';
import { outcomeText } from './outcome-text.ts';
import { type Notation, notationOf, readCode, readList, readNumber } from './read-value.ts';
import { DISAGREEMENTS } from './registry.ts';

/** Who follows a rule, what it says, and where that can be read. */
export type RuleInfo = Omit<Rule<never>, 'apply'>;

/** The rules that give the same result. */
export interface Agreement {
  readonly result: Outcome;
  /** The result as text, which is what makes two the same. The sign of zero does not count. */
  readonly text: string;
  readonly rules: readonly RuleInfo[];
}

/** What the rules of one disagreement make of a value. */
export interface Answer {
  readonly disagreement: Disagreement;
  /** As the user wrote it. */
  readonly value: string;
  /** At least one, in the order in which the rules are listed; one only if all agree. */
  readonly groups: readonly Agreement[];
}

/** For each notation, what it can stand for, the likeliest first. */
const MEANINGS: Readonly<Record<Notation, readonly Disagreement['input'][]>> = {
  hex: ['code'],
  list: ['block'],
  number: ['real', 'code', 'block'],
};

/**
 * What each project's rule for a name makes of a value. A name may belong to several disagreements: a code such as 0x2
 * asks those about codes, a number those about numbers, a list those about blocks.
 *
 * @param name a name or alias of a disagreement, in any case.
 * @throws DisagreementError if the name is unknown, or none of its disagreements takes the value.
 */
export function ask(name: string, value: string): Answer[] {
  const named = findByName(name);
  const text = value.trim();
  const kind = MEANINGS[notationOf(text)].find((meaning) => named.some(({ input }) => input === meaning));
  const asked = named.filter(({ input }) => input === kind);
  if (asked.length === 0) throw new DisagreementError(wrongKind(text, named));
  const answers: Answer[] = [];
  let refusal: DisagreementError | undefined;
  for (const disagreement of asked) {
    try {
      answers.push({ disagreement, value: text, groups: groupsOf(applyAll(disagreement, text)) });
    } catch (error) {
      if (!(error instanceof DisagreementError)) throw error;
      refusal ??= error;
    }
  }
  if (answers.length === 0 && refusal) throw refusal;
  return answers;
}

const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ');

function findByName(name: string): Disagreement[] {
  const found = DISAGREEMENTS.filter((disagreement) =>
    [disagreement.name, ...disagreement.aliases].some((known) => plain(known) === plain(name)),
  );
  if (found.length > 0) return found;
  const names = DISAGREEMENTS.map((disagreement) => `"${disagreement.name}"`).join(', ');
  throw new DisagreementError(`Nobody disagrees about "${name}". The names are ${names}.`);
}

const WANTED = { real: 'a number', code: 'a code', block: 'a list' } as const;

function wrongKind(text: string, named: readonly Disagreement[]): string {
  const wanted = named.map(
    ({ name, input, example }) => `${name} takes ${WANTED[input]}, for instance ${example}`,
  );
  return `"${text}" does not fit: ${wanted.join('; ')}.`;
}

type Outcomes = readonly (readonly [RuleInfo, Outcome])[];

function applyAll(disagreement: Disagreement, text: string): Outcomes {
  switch (disagreement.input) {
    case 'real':
      return outcomes(disagreement.rules, readNumber(text));
    case 'code':
      return outcomes(disagreement.rules, readCode(text, disagreement.bits));
    case 'block': {
      const values = readList(text);
      const refusal = disagreement.refuses(values);
      if (refusal) throw new DisagreementError(`${disagreement.name}: ${refusal}`);
      return outcomes(disagreement.rules, values);
    }
  }
}

const outcomes = <Input>(rules: readonly Rule<Input>[], input: Input): Outcomes =>
  rules.map(({ apply, ...info }) => [info, apply(input)]);

function groupsOf(results: Outcomes): Agreement[] {
  const groups = new Map<string, { result: Outcome; text: string; rules: RuleInfo[] }>();
  for (const [rule, result] of results) {
    const text = outcomeText(result);
    const group = groups.get(text) ?? { result, text, rules: [] };
    group.rules.push(rule);
    groups.set(text, group);
  }
  return [...groups.values()];
}
