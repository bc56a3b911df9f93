import { fixSizes } from '../io/samples.ts';
import type { SpecFields } from '../io/spec-fields.ts';
import { parseSpec, type Spec, SpecError } from '../io/spec.ts';
import { VARIANT_IDS } from '../kernels/registry.ts';
import { type Axis, AxisError, fieldsAt, placesOf, withBits } from '../lab/axes.ts';
import type { SweepPoint } from '../lab/sweep.ts';
import { sampleSize } from './weight-choices.ts';

/**
 * The points of axes around the card's experiment, each made as it is asked for: of a thousand the page would feel it.
 *
 * @param choose what to run in the place of a point's spec.
 * @throws AxisError where a value is none of its axis.
 */
export function* sweepPoints(
  axes: readonly Axis[],
  common: Spec,
  choose: (spec: Spec) => Spec = (spec) => spec,
): Generator<SweepPoint, void> {
  for (const at of placesOf(axes)) {
    const spec = specAt(common, fieldsAt(axes, at), at['bits']);
    yield { at, spec: 'rejected' in spec ? spec : choose(spec) };
  }
}

function specAt(
  common: Spec,
  { params, ...fields }: SpecFields,
  bits: string | undefined,
): SweepPoint['spec'] {
  try {
    const { format = common.format } = fields;
    const varied: Record<string, unknown> = {
      ...common,
      ...fields,
      format: bits === undefined ? format : withBits(String(format), bits),
      params: { ...common.params, ...(params as object | undefined) },
    };
    const size = sampleSize(String(varied['weights']));
    const given = { n: fields.n as number | undefined, k: fields.k as number | undefined };
    return checked(
      parseSpec(size ? { ...varied, ...fixSizes(String(varied['weights']), size, given) } : varied),
    );
  } catch (error) {
    if (error instanceof SpecError || error instanceof AxisError) return { rejected: error.message };
    throw error;
  }
}

function checked(spec: Spec): SweepPoint['spec'] {
  const known: readonly string[] = ['auto', ...VARIANT_IDS];
  return known.includes(spec.kernel)
    ? spec
    : { rejected: `There is no kernel ${JSON.stringify(spec.kernel)}: there are ${known.join(', ')}.` };
}
