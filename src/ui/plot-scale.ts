/** A linear axis: where values lie between 0 and 100 %, and which round values to mark. */
export interface PlotScale {
  /** Place of a value [%]. */
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Steps of round numbers. */
const ROUND = [1, 2, 5, 10];

/** The axis that holds all values with a margin of 4 % at either side; a single value lies in the middle. */
export function plotScale(values: readonly number[], wantedTicks = 4): PlotScale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const margin = most > least ? (most - least) * 0.04 : Math.abs(least) * 0.05 || 1;
  const start = least - margin;
  const span = most + margin - start;
  const step = roundStep(span / wantedTicks);
  const first = Math.ceil(start / step);
  const count = Math.floor((start + span) / step) - first + 1;
  return {
    place: (value) => (100 * (value - start)) / span,
    ticks: Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step),
  };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ROUND.find((round) => round * power >= rough)!;
}
