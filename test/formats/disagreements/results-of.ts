import { ask } from '../../../src/formats/disagreements/ask.ts';

/** What the rules of the one disagreement that takes this value give, as text by their projects. */
export function resultsOf(name: string, value: string): Record<string, string> {
  const answers = ask(name, value);
  if (answers.length !== 1) throw new Error(`${String(answers.length)} disagreements take ${name} ${value}`);
  const pairs = answers[0]!.groups.flatMap(({ text, rules }) =>
    rules.map(({ projects }) => [projects, text] as const),
  );
  return Object.fromEntries(pairs);
}

/** What one rule gives for several values, by the start of its projects. */
export function resultsFor(name: string, projects: string, values: readonly string[]): string[] {
  return values.map((value) => {
    const found = Object.entries(resultsOf(name, value)).filter(([who]) => who.startsWith(projects));
    if (found.length !== 1) throw new Error(`${String(found.length)} rules of ${projects}`);
    return found[0]![1];
  });
}
