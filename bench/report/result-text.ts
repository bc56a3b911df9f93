import type { Environment, Result, Verification } from '../../src/io/record.ts';
import { wordChecks } from '../../src/ui/check-wording.ts';
import { wordVerdict } from '../../src/ui/verdict-wording.ts';
import {
  describeEnvironment,
  describeKernel,
  describeQuantization,
  describeQuantizationErrors,
  describeRates,
  describeSpec,
  describeTiming,
} from './describe.ts';
import { plainTable } from './plain-table.ts';
import { warningsOf } from './warnings.ts';

/** What stands before a verdict; a word alone would be missed. */
const MARKS = { right: '✓', wrong: '✗', refused: '–', failed: '!' } as const;

/** One experiment for people: the verdict, then time, rates, kernel, weights and machine. */
export function resultText(result: Result, environment: Environment): string {
  const { tone, headline, details } = wordVerdict(result);
  const { timing, derived, kernel, quantization, retries, verification } = result;
  const against = verification?.againstUnquantizedActivations;
  const rows: [string, string][] = [
    ['product', describeSpec(result.spec)],
    ...(verification ? checkRows(verification) : []),
    ...(timing ? [['time', describeTiming(timing)] as [string, string]] : []),
    ...(derived ? [['rates', describeRates(derived)] as [string, string]] : []),
    ...(kernel ? [['kernel', describeKernel(kernel)] as [string, string]] : []),
    ...(quantization ? [['weights', describeQuantization(quantization)] as [string, string]] : []),
    ...(against ? [['activations', describeQuantizationErrors(against)] as [string, string]] : []),
    ['machine', describeEnvironment(environment)],
    ...warningsOf([result]).map((warning): [string, string] => ['warning', warning]),
    ...(retries > 0 ? [['retries', String(retries)] as [string, string]] : []),
  ];
  const verdict = [`${MARKS[tone]} ${headline}.`, ...details.map((detail) => `  ${detail}`)];
  return `${verdict.join('\n')}\n${plainTable(rows)}`;
}

const checkRows = (verification: Verification): [string, string][] =>
  wordChecks(verification).map(({ outcome, name, says }, i) => [
    i === 0 ? 'checks' : '',
    `${name}, ${outcome}: ${says}`,
  ]);
