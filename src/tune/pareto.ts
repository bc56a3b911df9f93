/**
 * The points that no other beats: for which none is as good in every cost and better in one.
 *
 * @param costs [points, costs], the less the better; all points have as many.
 * @returns their indices, in order; of points that are alike all or none.
 */
export const paretoFront = (costs: readonly (readonly number[])[]): number[] =>
  costs.flatMap((point, i) => (costs.some((other) => beats(other, point)) ? [] : [i]));

const beats = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((cost, i) => cost <= b[i]!) && a.some((cost, i) => cost < b[i]!);
