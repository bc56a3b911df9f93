import { median } from '../measure/statistics.ts';
import { solveSymmetric } from './linear-solve.ts';
import type { PlanFeatures } from './plan-features.ts';

/** One plan that was measured. */
export interface PlanTime {
  /** Names its shape: plans of one shape are never on both sides of a split. */
  readonly shape: string;
  readonly features: PlanFeatures;
  /** Nanoseconds. */
  readonly time: number;
}

/** Predicts a plan's time [ns]. */
export type Predict = (features: PlanFeatures) => number;

/** A regression and a baseline, judged on shapes that neither had seen. Plain data. */
export interface Judgement {
  /** Which had the smaller error; the baseline also where both are as good. */
  readonly winner: 'regression' | 'baseline';
  /** Median of |predicted − measured| ÷ measured over plans of unseen shapes. */
  readonly regressionError: number;
  readonly baselineError: number;
  /** How many plans and shapes it was judged on. */
  readonly plans: number;
  readonly shapes: number;
}

/** A judgement, and the predictor that won. */
export interface Prediction extends Judgement {
  /** The winner, fitted to all plans. */
  readonly predict: Predict;
}

/** Fewer shapes than this cannot be judged: one is left out, and what is learnt of one other is learnt by heart. */
export const FEWEST_SHAPES = 3;
/** Pulls the weights of the standardised features to 0, as if there were so many plans with none of their effect. */
const RIDGE = 1;
/** The regression must err less than this share of what the baseline does: a model that gains nothing is not worth it. */
const CLEARLY = 0.95;

/**
 * Fits a ridge regression of log time on the logarithms of a plan's features, and the baseline bytes ÷ bandwidth + launch;
 * says which predicts shapes that it was not fitted to, leaving out one shape after the other.
 *
 * @param plans of one adapter.
 * @returns `undefined` for fewer than {@link FEWEST_SHAPES} shapes.
 */
export function fitPredictor(plans: readonly PlanTime[]): Prediction | undefined {
  const shapes = [...new Set(plans.map(({ shape }) => shape))];
  if (shapes.length < FEWEST_SHAPES) return undefined;
  const regressionError = errorOnUnseen(plans, shapes, fitRegression);
  const baselineError = errorOnUnseen(plans, shapes, fitBaseline);
  const winner = regressionError < CLEARLY * baselineError ? 'regression' : 'baseline';
  const predict = (winner === 'regression' ? fitRegression : fitBaseline)(plans);
  return {
    ...{ winner, regressionError, baselineError, predict },
    ...{ plans: plans.length, shapes: shapes.length },
  };
}

function errorOnUnseen(
  plans: readonly PlanTime[],
  shapes: readonly string[],
  fit: (plans: readonly PlanTime[]) => Predict,
): number {
  const errors = shapes.flatMap((left) => {
    const predict = fit(plans.filter(({ shape }) => shape !== left));
    return plans
      .filter(({ shape }) => shape === left)
      .map(({ features, time }) => Math.abs(predict(features) / time - 1));
  });
  return median(errors);
}

/** Least squares of the relative error of `bytes ÷ bandwidth + launch`, neither below 0. */
export function fitBaseline(plans: readonly PlanTime[]): Predict {
  // Rows (bytes ÷ time, 1 ÷ time) against 1.
  let [bb, bl, ll, b, l] = [0, 0, 0, 0, 0];
  for (const { features, time } of plans) {
    const row = features.traffic / time;
    bb += row * row;
    bl += row / time;
    ll += 1 / time ** 2;
    b += row;
    l += 1 / time;
  }
  const determinant = bb * ll - bl * bl;
  const both =
    determinant > 1e-12 * bb * ll
      ? { perByte: (b * ll - l * bl) / determinant, launch: (l * bb - b * bl) / determinant }
      : { perByte: -1, launch: -1 };
  const { perByte, launch } =
    both.perByte >= 0 && both.launch >= 0
      ? both
      : both.perByte < 0 && both.launch > 0
        ? { perByte: 0, launch: l / ll }
        : { perByte: b / bb, launch: 0 };
  return ({ traffic }) => traffic * perByte + launch;
}

const NAMES = [
  'traffic',
  'macs',
  'loadsPerMac',
  'workgroupBytes',
  'registers',
  'workgroupSize',
  'workgroups',
  'occupancy',
] as const satisfies readonly (keyof PlanFeatures)[];

/** Ridge regression of log time on standardised log features. */
export function fitRegression(plans: readonly PlanTime[]): Predict {
  const rows = plans.map(({ features }) => logs(features));
  const scale = NAMES.map((_, d) => standard(rows.map((row) => row[d]!)));
  const centre = plans.reduce((sum, { time }) => sum + Math.log(time), 0) / plans.length;
  const count = NAMES.length;
  const matrix = new Float64Array(count * count);
  const right = new Float64Array(count);
  for (const [r, row] of rows.entries()) {
    const z = row.map((value, d) => (value - scale[d]!.mean) / scale[d]!.deviation);
    for (let i = 0; i < count; i++) {
      right[i]! += z[i]! * (Math.log(plans[r]!.time) - centre);
      for (let j = 0; j < count; j++) matrix[i * count + j]! += z[i]! * z[j]!;
    }
  }
  for (let i = 0; i < count; i++) matrix[i * count + i]! += RIDGE;
  const weights = solveSymmetric(matrix, right);
  return (features) => {
    const row = logs(features);
    const sum = weights.reduce(
      (total, weight, d) => total + (weight * (row[d]! - scale[d]!.mean)) / scale[d]!.deviation,
      centre,
    );
    return Math.exp(sum);
  };
}

const logs = (features: PlanFeatures): number[] => NAMES.map((name) => Math.log(features[name]));

/** Mean and deviation; a feature that never changes has deviation 1, and so no effect. */
function standard(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: variance > 1e-12 ? Math.sqrt(variance) : 1 };
}
