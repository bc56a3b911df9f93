import { type Axis, fieldsAt, placesOf, withBits } from '../../src/lab/axes.ts';
import type { SweepPoint } from '../../src/lab/sweep.ts';
import { resolveVariations } from '../resolve-spec.ts';
import type { GivenSpec } from '../spec-options.ts';
import { UsageError } from '../usage-error.ts';
import { asUsage } from './as-usage.ts';

/**
 * All points of the axes, the last axis changing fastest.
 *
 * @throws UsageError where the options are wrong or no point is a spec.
 */
export async function sweepPoints(axes: readonly Axis[], common: GivenSpec): Promise<SweepPoint[]> {
  const places = placesOf(axes);
  const variations = places.map((at) => ({
    fields: asUsage(() => fieldsAt(axes, at)),
    changeFormat: (format: string) => {
      const { bits } = at;
      return bits === undefined ? format : asUsage(() => withBits(format, bits));
    },
  }));
  const specs = await resolveVariations(common, variations);
  const problems = specs.filter((spec) => spec instanceof UsageError);
  if (problems.length === specs.length) throw problems[0]!;
  return specs.map((spec, i) => ({
    at: places[i]!,
    spec: spec instanceof UsageError ? { rejected: spec.message } : spec,
  }));
}
