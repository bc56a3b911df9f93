/**
 * The exact sign test of whether the median of `values` lies within ±`margin` (Conover, Practical Nonparametric Statistics,
 * §3.4): the chance of at least as many values beyond one end if the median lay at that end, doubled for the two ends.
 *
 * @param margin ≥ 0.
 * @returns a p-value in (0, 1]; 1 for no values.
 */
export function signTest(values: readonly number[], margin: number): number {
  const above = values.filter((value) => value > margin).length;
  const below = values.filter((value) => value < -margin).length;
  return Math.min(1, 2 * upperTail(values.length, Math.max(above, below)));
}

/** The chance of at least `heads` heads in `tosses` tosses of a fair coin. */
function upperTail(tosses: number, heads: number): number {
  let logTerm = -tosses * Math.LN2;
  let tail = heads === 0 ? Math.exp(logTerm) : 0;
  for (let k = 1; k <= tosses; k++) {
    logTerm += Math.log((tosses - k + 1) / k);
    if (k >= heads) tail += Math.exp(logTerm);
  }
  return Math.min(1, tail);
}
