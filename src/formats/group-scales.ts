import { groupCount, parentIndex, type WeightFormat } from './format.ts';
import type { Grid, GroupEncoder } from './group-encoder.ts';
import type { GroupRanges } from './group-ranges.ts';
import { fitGroup } from './least-squares.ts';
import type { StoredScales } from './quantized.ts';
import { idealScaler, meanMagnitude, type Range, scaleLimit } from './scale-rules.ts';
import { searchScale } from './scale-search.ts';
import { chooseParents, ScaleRounder } from './scale-storage.ts';

/** The scales of a matrix as they are stored, and what its minima are chosen by. */
export interface GroupScales {
  readonly stored: Pick<StoredScales, 'scales' | 'parents' | 'offset'>;
  /** [N, groups] what least squares asks of the minima; undefined where nothing is asked. */
  readonly mins: Float64Array | undefined;
}

/**
 * Chooses the scale of each group by the format's rule: what each group asks for, then the second level for all of them,
 * then what is stored of each.
 *
 * @param values [N, K]
 */
export function chooseScales(
  values: Float32Array,
  N: number,
  K: number,
  format: WeightFormat,
  encoder: GroupEncoder,
  ranges: GroupRanges,
): GroupScales {
  const ask = asker(format, values, encoder);
  if (format.scale === 'one') {
    const whole = Float64Array.of(ask(0, values.length, ranges.whole).scale);
    const scales = new Uint32Array(ranges.count);
    return { stored: { scales, ...chooseParents(format, N, K, whole) }, mins: undefined };
  }
  const wanted = new Float64Array(ranges.count);
  const mins =
    format.rule === 'least-squares' && format.zeroPoint === 'min'
      ? new Float64Array(ranges.count)
      : undefined;
  for (let i = 0; i < ranges.count; i++) {
    const grid = ask(ranges.startOf(i), ranges.endOf(i), ranges.rangeOf(i));
    wanted[i] = grid.scale;
    if (mins) mins[i] = grid.min;
  }
  const parents = chooseParents(format, N, K, wanted);
  const rounder = new ScaleRounder(format, parents);
  const searches = format.rule === 'least-squares' || format.rule === 'four-over-six';
  const ideal = idealScaler(format);
  const groups = groupCount(format, K);
  const scales = new Uint32Array(ranges.count);
  for (let i = 0; i < ranges.count; i++) {
    const parent = parentIndex(format, groups, Math.floor(i / groups), i % groups);
    if (!searches || wanted[i] === 0) {
      scales[i] = rounder.codeOf(wanted[i]!, parent);
      continue;
    }
    const range = ranges.rangeOf(i);
    scales[i] = searchScale(format, encoder, rounder, values, {
      start: ranges.startOf(i),
      end: ranges.endOf(i),
      low: range.low,
      ideal: ideal(range),
      wanted: wanted[i]!,
      min: mins?.[i] ?? 0,
      parent,
    });
  }
  return { stored: { scales, ...parents }, mins };
}

/** What the weights `values[start … end − 1]` ask for by the format's rule. */
function asker(
  format: WeightFormat,
  values: Float32Array,
  encoder: GroupEncoder,
): (start: number, end: number, range: Range) => Pick<Grid, 'scale' | 'min'> {
  const ideal = idealScaler(format);
  const limit = scaleLimit(format);
  switch (format.rule) {
    case 'mean':
      return (start, end) => ({ scale: Math.min(meanMagnitude(values, start, end), limit), min: 0 });
    case 'least-squares':
      return (start, end, range) => {
        const scale = ideal(range);
        if (scale === 0) return { scale, min: encoder.gridAt(0, range.low).min };
        return fitGroup(encoder, values, start, end, scale, range);
      };
    case 'amax':
    case 'ceil':
    case 'floor':
    case 'four-over-six':
    case 'ggml':
      return (_, __, range) => ({ scale: ideal(range), min: 0 });
  }
}
