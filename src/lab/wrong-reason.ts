import type { Verification } from '../io/record.ts';

/** What is wrong with an output, and where, as a sentence for users. */
export function wrongReason({
  unwritten,
  nonFinite,
  integerExact,
  boundRatio,
  firstWrong,
}: Verification): string {
  const findings = [
    ...(unwritten > 0 ? [`${unwritten} outputs were never written`] : []),
    ...(nonFinite > 0 ? [`${nonFinite} outputs are NaN or infinite`] : []),
    ...(boundRatio > 1 ? ['outputs are further from the reference than rounding explains'] : []),
    ...(integerExact === 'failed' ? ['outputs on integer data are not exact'] : []),
  ];
  const where = firstWrong
    ? `; at m = ${firstWrong.m}, n = ${firstWrong.n} it gave ${firstWrong.got} for ${firstWrong.expected}`
    : '';
  return `The kernel computes something else: ${findings.join(', ') || 'the projections do not agree'}${where}.`;
}
