import type { Spec } from '../../src/io/spec.ts';
import { resolveVariations } from '../resolve-spec.ts';
import type { GivenSpec, SpecFields } from '../spec-options.ts';
import { UsageError } from '../usage-error.ts';
import { type Axis, fieldsOf, withBits } from './axes.ts';

/** One point of a sweep: its place, and the spec there or why there is none. */
export interface SweepPoint {
  /** A value for each axis, by name. */
  readonly at: Readonly<Record<string, string>>;
  readonly spec: Spec | { readonly rejected: string };
}

/** More points would take days; a search is for those. */
const MOST_POINTS = 10_000;

/**
 * All points of the axes, the last axis changing fastest.
 *
 * @throws UsageError where the options are wrong, no point is a spec, or there are too many.
 */
export async function sweepPoints(axes: readonly Axis[], common: GivenSpec): Promise<SweepPoint[]> {
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_POINTS) {
    throw new UsageError(
      `The axes have ${count} points together: ${MOST_POINTS} are the most.`,
      'Take fewer values, or search instead: npm run --silent bench -- tune',
    );
  }
  const places = axes.reduce<Readonly<Record<string, string>>[]>(
    (all, { name, values }) => all.flatMap((at) => values.map((value) => ({ ...at, [name]: value }))),
    [{}],
  );
  const variations = places.map((at) => ({
    fields: fieldsAt(axes, at),
    changeFormat: (format: string) => (at['bits'] === undefined ? format : withBits(format, at['bits'])),
  }));
  const specs = await resolveVariations(common, variations);
  const problems = specs.filter((spec) => spec instanceof UsageError);
  if (problems.length === specs.length) throw problems[0]!;
  return specs.map((spec, i) => ({
    at: places[i]!,
    spec: spec instanceof UsageError ? { rejected: spec.message } : spec,
  }));
}

/** The fields of all axes at a place; parameters are put together. */
function fieldsAt(axes: readonly Axis[], at: Readonly<Record<string, string>>): SpecFields {
  const fields: SpecFields = {};
  const params: Record<string, number> = {};
  for (const axis of axes) {
    const { params: own, ...others } = fieldsOf(axis, at[axis.name]!);
    Object.assign(params, own);
    Object.assign(fields, others);
  }
  return { ...fields, params };
}
