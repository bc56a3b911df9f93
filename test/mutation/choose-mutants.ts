import { hash32 } from '../../src/base/random.ts';
import { FAMILIES } from './families.ts';
import type { ModuleText } from './module-text.ts';
import { changedLine, type Mutant } from './mutant.ts';

/** A mutant with its family. */
export interface Chosen extends Mutant {
  readonly family: string;
}

/** Numbers in names and indices, in which the lines of an unrolled loop differ. */
const numbersOf = (line: string): string => line.replaceAll(/\d+/g, '#');

/**
 * All mutants of a module in an order by seed: the families in turn, from another first one for each seed, and of each those first whose operator and line, but for the
 * numbers in it, have not been seen. The beginning of the list is as varied as it can be.
 */
export function* mutantsOf(module: ModuleText, seed: number): Generator<Chosen, void> {
  const families = Object.entries(FAMILIES);
  const first = seed % families.length;
  let walks = [...families.slice(first), ...families.slice(0, first)].map(([family, operators]) =>
    varied(module, operators(module), seed)
      .map((mutant) => ({ ...mutant, family }))
      .values(),
  );
  while (walks.length > 0) {
    const going: typeof walks = [];
    for (const walk of walks) {
      const { value, done } = walk.next();
      if (done === true) continue;
      going.push(walk);
      yield value;
    }
    walks = going;
  }
}

/** By what a mutant is and not by where it stands among others: an edit of a kernel leaves those of its other lines as they were. */
function hashOf({ operator, edits: [edit] }: Mutant, text: string, seed: number): number {
  const from = text.lastIndexOf('\n', edit!.start - 1) + 1;
  const words = `${operator}\n${edit!.start - from}\n${edit!.text}\n${text.slice(from, text.indexOf('\n', edit!.end))}`;
  let hash = seed;
  for (let i = 0; i < words.length; i++) hash = hash32(hash, words.charCodeAt(i));
  return hash;
}

/** In random order, and then those that repeat what an earlier one does behind those that do not. */
function varied(module: ModuleText, mutants: readonly Mutant[], seed: number): Mutant[] {
  const seen = new Map<string, number>();
  return mutants
    .map((mutant) => ({ mutant, at: hashOf(mutant, module.text, seed) }))
    .sort((a, b) => a.at - b.at)
    .map(({ mutant }) => {
      const key = numbersOf(`${mutant.operator} ${changedLine(module.text, mutant.edits[0]!)}`);
      const repeats = seen.get(key) ?? 0;
      seen.set(key, repeats + 1);
      return { mutant, repeats };
    })
    .sort((a, b) => a.repeats - b.repeats)
    .map(({ mutant }) => mutant);
}
