import type { Environment, RecordFile, Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { type PlanFeatures, planFeatures } from '../../src/tune/plan-features.ts';

/** A true time [ns] of a plan. */
export type Truth = (features: PlanFeatures) => number;

/** Times that follow the tile, as the regression can learn them. */
export const followsTile: Truth = ({ macs, loadsPerMac, workgroupSize }) =>
  (0.01 * macs * loadsPerMac) / workgroupSize ** 0.3;

/** Times that follow the traffic alone, in bytes at 30 a nanosecond. */
export const followsTraffic: Truth = ({ traffic }) => traffic / 30 + 5000;

/** The true time of a spec, which DEFAULT_CAPS must allow. */
export function trueTime(spec: Spec, truth: Truth): number {
  const plan = planSpec(spec, DEFAULT_CAPS);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return truth(planFeatures(plan));
}

/** Shapes [m, n, k] that do not depend on each other. */
export const SHAPES = [
  [16, 512, 256],
  [48, 256, 2048],
  [64, 1024, 512],
  [128, 256, 1024],
  [256, 2048, 512],
] as const;

/**
 * A record of every shape with every tile; tiles that are illegal for a shape are left out.
 *
 * @param truth the time of each result, exactly.
 */
export function syntheticSweep(
  spec: Spec,
  tiles: readonly Tile[],
  truth: Truth,
  environment: Environment,
  shapes: readonly (readonly [m: number, n: number, k: number])[] = SHAPES,
): RecordFile {
  const specs = shapes.flatMap(([m, n, k]) => tiles.map((params) => ({ ...spec, m, n, k, params })));
  const legal = specs.filter((one) => planSpec(one, DEFAULT_CAPS).kind === 'plan');
  return {
    schemaVersion: 1,
    environments: [environment],
    results: legal.map((one) => timedResult(one, trueTime(one, truth))),
    comparisons: [],
  };
}

/** A right result that took `medianNs`. */
const timedResult = (spec: Spec, medianNs: number): Result => ({
  ...{ environment: 0, spec, status: 'ok', retries: 0 },
  timing: {
    ...{ samplesNs: [medianNs], dispatchesPerSample: 1, medianNs, ciLowNs: medianNs, ciHighNs: medianNs },
    ...{ p5Ns: medianNs, p95Ns: medianNs, cache: 'hot', converged: true, throttledRounds: 0 },
  },
});
