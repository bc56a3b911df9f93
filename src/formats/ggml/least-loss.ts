/** The candidate that loses least; the first of those that do. */
export function leastLoss(candidates: readonly number[], loss: (candidate: number) => number): number {
  let best = candidates[0]!;
  let least = Infinity;
  for (const candidate of candidates) {
    const lost = loss(candidate);
    if (lost < least) [best, least] = [candidate, lost];
  }
  return best;
}
