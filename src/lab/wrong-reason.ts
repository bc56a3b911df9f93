import type { Verification } from '../io/record.ts';

/**
 * What is wrong with an output, and where, as a sentence for users.
 *
 * @param timed whether it is the output of a dispatch that was timed, the kernel having been right before.
 */
export function wrongReason(
  { unwritten, nonFinite, integerExact, boundRatio, firstWrong, activationFault, checks }: Verification,
  timed: boolean,
): string {
  const findings = [
    ...(activationFault === undefined ? [] : [`activations are not quantized right (${activationFault})`]),
    ...(unwritten > 0 ? [`${unwritten} outputs were never written`] : []),
    ...(nonFinite > 0 ? [`${nonFinite} outputs are NaN or infinite`] : []),
    ...(boundRatio > 1 ? ['outputs are further from the reference than rounding explains'] : []),
    ...(integerExact === 'failed' ? ['outputs on integer data are not exact'] : []),
    ...failedChecks(checks),
  ];
  const where = firstWrong
    ? `; at m = ${firstWrong.m}, n = ${firstWrong.n} it gave ${firstWrong.got} for ${firstWrong.expected}`
    : '';
  const when = timed
    ? 'The kernel was right before it was timed, and computes something else when it is timed'
    : 'The kernel computes something else';
  return `${when}: ${findings.join(', ') || 'the projections do not agree'}${where}.`;
}

/** What failed besides the exact data, as parts of a sentence. */
const failedChecks = (checks: Verification['checks'] = []): string[] =>
  checks
    .filter(({ check, outcome }) => outcome === 'failed' && check !== 'structure')
    .map(({ says }) => `${says.charAt(0).toLowerCase()}${says.slice(1).replace(/\.$/, '')}`);
