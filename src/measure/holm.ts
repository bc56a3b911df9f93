/**
 * Which of several hypotheses are rejected together, so that the chance of any false rejection is at most `alpha` (Holm, "A
 * simple sequentially rejective multiple test procedure", Scand. J. Statist. 6, 1979).
 *
 * @param pValues one a hypothesis.
 * @returns whether each is rejected, in the order given.
 */
export function holm(pValues: readonly number[], alpha: number): readonly boolean[] {
  const rejected = pValues.map(() => false);
  const ascending = pValues.map((_, i) => i).sort((i, j) => pValues[i]! - pValues[j]!);
  for (const [rank, i] of ascending.entries()) {
    if (pValues[i]! > alpha / (pValues.length - rank)) break;
    rejected[i] = true;
  }
  return rejected;
}
