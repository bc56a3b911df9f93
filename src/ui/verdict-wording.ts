import { ONE_HOT_PASSED, type Result, type Verification } from '../io/record.ts';
import { asSentence } from './check-wording.ts';
import { formatCount, formatPercent, plural, significant } from './figures.ts';

/** A result in words. */
export interface VerdictWording {
  readonly tone: 'right' | 'wrong' | 'refused' | 'failed';
  readonly headline: string;
  /** Sentences, the most important first. */
  readonly details: readonly string[];
}

/** What a result says about being right. */
export function wordVerdict(result: Result): VerdictWording {
  const reason = result.reason === undefined ? [] : [result.reason];
  switch (result.status) {
    case 'ok':
      return {
        tone: 'right',
        headline: 'Verified',
        details: result.verification ? rightDetails(result.verification) : reason,
      };
    case 'wrong':
      return {
        tone: 'wrong',
        headline: 'Wrong result',
        details: [
          ...(result.verification ? wrongDetails(result.verification) : reason),
          ...(result.timing ? [] : ['It has no time: a wrong kernel has no speed.']),
        ],
      };
    case 'unsupported':
      return {
        tone: 'refused',
        headline: result.beyond
          ? `The product does not fit ${result.beyond.type}`
          : 'This configuration cannot run',
        details: reason.map(asSentence),
      };
    case 'failed':
      return { tone: 'failed', headline: 'The run failed', details: reason };
  }
}

function rightDetails(found: Verification): readonly string[] {
  const worst = `the worst error is ${formatPercent(found.boundRatio)} of what rounding may explain${wholeClause(found)}`;
  const first =
    found.mode === 'full'
      ? `All ${plural(found.checkedElements, 'output')} are within their bounds: ${worst}.`
      : `${plural(found.checkedElements, 'output')} recomputed, the rest by random projections: ${worst}.`;
  return [first, exactDetail(found), ...(found.mode === 'sampled' ? [sampledDetail(found)] : [])];
}

/** What the error as a whole is of what the declared roundings make; nothing where that is not known, or has no measure. */
const wholeClause = ({ nmse, nmseExpected }: Verification): string =>
  nmseExpected === undefined || nmseExpected === 0 || nmseExpected >= 1e308
    ? ''
    : `, the error as a whole (NMSE ${significant(nmse, 2)}) ${formatPercent(nmse / nmseExpected)} of what declared roundings make`;

function exactDetail({ integerExact }: Verification): string {
  if (integerExact === 'passed')
    return 'On integer data, where no rounding is allowed, it matches bit for bit.';
  if (integerExact === ONE_HOT_PASSED) {
    return 'Sums of these values cannot all stay exact; single products match bit for bit.';
  }
  if (integerExact === 'failed') return 'On data where no rounding is allowed, it does not match.';
  return `No bit-for-bit check: ${integerExact}.`;
}

/**
 * What is proven of a sampled check, and what was measured of it, which is far more: of 594 errors planted one at a time in a
 * product of 512 × 2048 × 1056, each of 1.1 to 16 bounds of its output or of a quarter to twice the smallest that cannot be missed,
 * none was (November 2026; `SAMPLED=66 npx vitest run --project units test/reference/sampled-power.test.ts`).
 */
const sampledDetail = ({ missProbability, smallestDetectable }: Verification): string =>
  `A wrong set of outputs is missed with probability ${significant(missProbability, 2)}; no single error above ` +
  `${significant(smallestDetectable, 2)} can be missed, and of 594 planted ones from 1.1 bounds up none was.`;

function wrongDetails(found: Verification): readonly string[] {
  const { firstWrong, boundRatio, activationFault } = found;
  const details: string[] = [];
  if (activationFault !== undefined) details.push(`Activations are not quantized right: ${activationFault}.`);
  if (firstWrong) {
    const { m, n, got, expected } = firstWrong;
    details.push(
      `At [m ${formatCount(m)}, n ${formatCount(n)}] it gives ${significant(got, 6)} where ${significant(expected, 6)} is right.`,
    );
  }
  if (found.unwritten > 0) details.push(`${plural(found.unwritten, 'output')} never written.`);
  if (found.nonFinite > 0) details.push(`${plural(found.nonFinite, 'output')} not finite.`);
  if (boundRatio > 1) {
    details.push(
      boundRatio < 1e300
        ? `The worst error is ${significant(boundRatio)} times its bound.`
        : 'The worst output differs where no difference is allowed.',
    );
  }
  if (found.integerExact === 'failed') details.push(exactDetail(found));
  const failed = (found.checks ?? []).filter(
    ({ check, outcome }) => outcome === 'failed' && check !== 'structure',
  );
  details.push(...failed.map(({ says }) => asSentence(says)));
  return details;
}
