import { isComplete, portable, type Portable, type PortabilityMatrix } from './portability.ts';

/** Two configurations and when to take which. */
export interface TwoWayRule {
  readonly feature: string;
  /** Between two values of the feature that occur. */
  readonly threshold: number;
  /** Taken where the feature is at most the threshold, and where it is above. */
  readonly atMost: string;
  readonly above: string;
  /** How the rule does, as one configuration. */
  readonly result: Portable;
}

/**
 * The best rule of two: take one configuration where one number about the case (M, K, a limit of the adapter) is at most
 * a threshold, else another. Every feature, threshold and pair is tried; the two sides do not depend on each other, so
 * each takes its own best.
 *
 * @param features numbers by name for each case, in the order of the matrix.
 * @returns the rule of the highest geometric mean; `undefined` where no feature has two values, or no configuration was
 *   tried in every case.
 */
export function bestTwoWayRule(
  { rows }: PortabilityMatrix,
  features: readonly Readonly<Record<string, number>>[],
): TwoWayRule | undefined {
  const complete = rows.filter(isComplete);
  if (complete.length === 0) return undefined;
  let best: TwoWayRule | undefined;
  for (const feature of new Set(features.flatMap((of) => Object.keys(of)))) {
    for (const threshold of thresholds(features.map((of) => of[feature]))) {
      const isLow = features.map((of) => of[feature]! <= threshold);
      const atMost = bestWhere(complete, isLow, true);
      const above = bestWhere(complete, isLow, false);
      const shares = isLow.map((low, i) => (low ? atMost : above).shares[i]);
      const result = portable(`${atMost.configuration} / ${above.configuration}`, shares);
      if (best && result.geometricMean <= best.result.geometricMean) continue;
      best = { feature, threshold, atMost: atMost.configuration, above: above.configuration, result };
    }
  }
  return best;
}

/** Midpoints between neighbouring values of a feature; none where a case does not have it. */
function thresholds(values: readonly (number | undefined)[]): number[] {
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length) return [];
  const sorted = [...new Set(known)].sort((a, b) => a - b);
  return sorted.slice(1).map((value, i) => (value + sorted[i]!) / 2);
}

/** The configuration of the highest geometric mean over one side of the cases. */
function bestWhere(rows: readonly Portable[], isLow: readonly boolean[], side: boolean): Portable {
  const scores = rows.map(({ shares }) =>
    shares.reduce<number>((sum, share, i) => (isLow[i] === side ? sum + Math.log(share ?? 0) : sum), 0),
  );
  return rows[scores.indexOf(Math.max(...scores))]!;
}
