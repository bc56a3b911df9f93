import { FLOAT32_MAX } from '../base/float32.ts';
import { elementValues, type Element } from './element.ts';
import { floorLog2 } from './float-element.ts';
import { elementOf, minType, storesZeroCodes, type WeightFormat } from './format.ts';
import { valueRange } from './value-range.ts';

/** The least and the largest of some numbers. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A scale fits where `amount` of the weights is `reach` of the element: scale = amount / reach. */
interface Span {
  readonly amount: number;
  readonly reach: number;
}

/** The range of `values[start … end − 1]`; of none, from Infinity to −Infinity. */
export function rangeOf(values: ArrayLike<number>, start: number, end: number): Range {
  let low = Infinity;
  let high = -Infinity;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Whether the format's minima cannot be above zero: multiples of the second level are taken off. */
export const minsAreNegative = (format: WeightFormat): boolean =>
  format.zeroPoint === 'min' && ['u4', 'u6'].includes(minType(format));

/**
 * The scale of a group before it is stored, from the range of its weights: 0 where the group needs none.
 *
 * With `floor` the power of two of OCP MX, 2^(⌊log₂ amount⌋ − ⌊log₂ reach⌋); else amount / reach, at which the weights just reach
 * the element's ends; never above {@link scaleLimit}.
 *
 * What is spanned: with a stored zero point the range of the weights, 0 included, and all codes; with a minimum the same without
 * 0; else the larger magnitude and the smaller end of an integer, so that both signs have a code, or the side of a table
 * that needs the larger scale. An element that has values of one sign only spans the weights of that sign.
 */
export function idealScaler(format: WeightFormat): (range: Range) => number {
  const spanOf = spanner(format);
  const limit = scaleLimit(format);
  const floor = format.rule === 'floor';
  return (range) => {
    const { amount, reach } = spanOf(range);
    if (!(amount > 0 && reach > 0)) return 0;
    return Math.min(floor ? 2 ** (floorLog2(amount) - floorLog2(reach)) : amount / reach, limit);
  };
}

/** The mean of |value| over `values[start … end − 1]`, at least one. */
export function meanMagnitude(values: Float32Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += Math.abs(values[i]!);
  return sum / (end - start);
}

/**
 * The largest scale to ask for: a power of two at which every code decodes to a finite f32, also where the rule may then take
 * one up to four times as large (least squares: the next power of two above twice the scale).
 */
export function scaleLimit(format: WeightFormat): number {
  const { largest } = valueRange(format);
  const limit = largest === 0 ? 1 : 2 ** floorLog2(FLOAT32_MAX / largest);
  return format.rule === 'four-over-six' || format.rule === 'least-squares' ? limit / 4 : limit;
}

/** The range of an element's finite values. */
export function elementEnds(element: Element): Range {
  const values = elementValues(element).filter(Number.isFinite);
  return rangeOf(values, 0, values.length);
}

function spanner(format: WeightFormat): (range: Range) => Span {
  const element = elementOf(format);
  const ends = elementEnds(element);
  if (storesZeroCodes(format)) return zeroSpanner(format, ends.high - ends.low, element);
  if (format.zeroPoint === 'min') {
    return minsAreNegative(format) ? (range) => negativeMinSpan(range, ends) : (range) => width(range, ends);
  }
  if (element.kind === 'codebook') return (range) => larger(lowSide(range, ends), highSide(range, ends));
  if (ends.low >= 0) return (range) => highSide(range, ends);
  if (ends.high <= 0) return (range) => lowSide(range, ends);
  const reach = Math.min(ends.high, -ends.low);
  return ({ low, high }) => ({ amount: Math.max(high, -low), reach });
}

function zeroSpanner({ zeroPoint }: WeightFormat, reach: number, element: Element): (range: Range) => Span {
  const step = element.kind === 'linear' ? element.step : 1;
  const upper = reach - step;
  return ({ low, high }) => {
    const whole = { amount: Math.max(high, 0) - Math.min(low, 0), reach };
    // The zero point is at least 1: one code less is left for what is above zero.
    return zeroPoint === 'minus-one' && upper > 0 ? larger(whole, { amount: high, reach: upper }) : whole;
  };
}

const width = ({ low, high }: Range, ends: Range): Span => ({
  amount: high - low,
  reach: ends.high - ends.low,
});
const highSide = ({ high }: Range, ends: Range): Span => ({ amount: high, reach: ends.high });
const lowSide = ({ low }: Range, ends: Range): Span => ({ amount: -low, reach: -ends.low });

/** With a minimum of at most 0 a grid whose own lowest value is below zero may have to reach up without one. */
function negativeMinSpan({ low, high }: Range, ends: Range): Span {
  const range = { low: Math.min(low, 0), high };
  const span = width(range, ends);
  const scale = span.amount / span.reach;
  return range.low - scale * ends.low > 0 ? larger(lowSide(range, ends), highSide(range, ends)) : span;
}

/** The span that needs the larger scale; one that has no reach or nothing to span needs none. */
function larger(a: Span, b: Span): Span {
  const scale = ({ amount, reach }: Span): number => (amount > 0 && reach > 0 ? amount / reach : 0);
  return scale(a) >= scale(b) ? a : b;
}
