import type { Agreement, Answer, RuleInfo } from '../../src/formats/disagreements/ask.ts';
import { plainTable } from './plain-table.ts';

/** Answers as tables: the rules by their result, each with its source. */
export const disagreeText = (answers: readonly Answer[]): string => answers.map(answerText).join('\n');

function answerText({ disagreement, value, groups }: Answer): string {
  const rules = disagreement.rules.length;
  const verdict =
    groups.length === 1
      ? `All ${rules} rules agree.`
      : `${rules} rules give ${groups.length} different results.`;
  const title = `${disagreement.name}, ${value}: ${disagreement.question}\n${verdict}\n`;
  return `${title}${plainTable(groups.flatMap(rowsOf), ['result', 'who', 'rule', 'source'])}`;
}

const rowsOf = ({ text, rules }: Agreement): string[][] =>
  rules.map((rule, i) => [i === 0 ? text : '', rule.projects, saysOf(rule), rule.source]);

const saysOf = ({ says, unverified }: RuleInfo): string => (unverified ? `${says} (unverified)` : says);

/** Answers as data; a result that JSON has no number for is text. */
export const disagreeData = (answers: readonly Answer[]): object[] =>
  answers.map(({ disagreement: { name, question }, value, groups }) => ({
    name,
    question,
    value,
    agree: groups.length === 1,
    groups: groups.map(({ result, text, rules }) => ({
      result: Number.isFinite(result) ? result : text,
      rules,
    })),
  }));
