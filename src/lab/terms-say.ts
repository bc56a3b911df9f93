import { scaleOf } from '../formats/format.ts';
import type { Check } from '../io/record.ts';
import type { ExactProblem } from '../reference/exact-range.ts';
import { everyCode } from '../reference/one-term-banks.ts';
import type { OneTermFindings, WrongTerm } from '../reference/one-term-check.ts';

/** Places along K, and scales of a type of more than 8 bits, of a check that is as wide as it is meant to be. */
const PLACES = 64;
const SCALES = 256;

/** The outcome of a check on single terms, in a sentence or two: what was shown and what could not be, or what is wrong. */
export function termsSay(
  findings: OneTermFindings,
  problem: ExactProblem,
  runs: number,
): Pick<Check, 'outcome' | 'says'> {
  const { judged, wrong, worst } = findings;
  if (worst) return { outcome: 'failed', says: failure(worst, wrong, judged) };
  if (judged === 0) {
    return { outcome: 'not made', says: 'No single product of these types stays within their range.' };
  }
  const limits = limitsOf(findings, problem, runs);
  return {
    outcome: 'passed',
    says: `${shown(findings, problem)}${limits.length > 0 ? ` Not shown: ${limits.join('; ')}.` : ''}`,
  };
}

const count = (value: number): string => value.toLocaleString('en-US');

function shown(findings: OneTermFindings, problem: ExactProblem): string {
  const { judged, exact, scales, exponents, places, exactBits, activationBits } = findings;
  const { format } = problem;
  const own = scaleOf(format).bits === 0 ? 'scales' : `${count(scales)} scales of type ${format.scale}`;
  const how =
    exact === judged
      ? 'all outputs bit for bit'
      : exact === 0
        ? 'all outputs within the roundings of one product'
        : `${count(exact)} of ${count(judged)} outputs bit for bit, the others within the roundings of one product`;
  const bits = exact > 0 && exactBits < activationBits ? `, and up to ${exactBits} bit for bit,` : '';
  return (
    `Where an output is a single product, it is as precise as the kernel declares: ${own} at ${exponents} exponents, activations ` +
    `of up to ${activationBits} significant bits${bits} at ${count(places)} places along K; ${how}.`
  );
}

function limitsOf(
  { exact, scales, places, outOfRange, judged }: OneTermFindings,
  { K, format, epilogue }: ExactProblem,
  runs: number,
): string[] {
  const { bits } = scaleOf(format);
  const others = bits === 0 ? 0 : (bits <= 8 ? everyCode(format.scale).length : SCALES) - scales;
  return [
    ...(others > 0 ? [`${others} other ${others === 1 ? 'scale' : 'scales'} of type ${format.scale}`] : []),
    ...(places < Math.min(PLACES, K / 2) ? [`other places along K, in ${runs} runs`] : []),
    ...(exact === 0 && (epilogue === 'gelu' || epilogue === 'silu')
      ? [`what the roundings of ${epilogue} hide`]
      : []),
    ...(outOfRange > judged ? [`most products, which are out of range`] : []),
  ];
}

function failure(worst: WrongTerm, wrong: number, judged: number): string {
  const { m, n, k, got, expected, ratio, scale, activation } = worst;
  const off =
    ratio === Infinity ? 'where no rounding is' : `${shortened(ratio)} times what its roundings explain`;
  return (
    `Where an output is a single product, the kernel computes in less precision than it declares, or reads a scale wrong: ` +
    `at m = ${m}, n = ${n} with one activation, ${activation} at k = ${k}, and the scale ${scale} it gave ${got} for ${expected}, ${off}; ` +
    `${count(wrong)} of ${count(judged)} such outputs are wrong.`
  );
}

const shortened = (value: number): string => (value < 100 ? value.toPrecision(3) : count(Math.round(value)));
