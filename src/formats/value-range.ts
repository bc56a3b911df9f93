import { elementValues } from './element.ts';
import { elementOf, storesZeroCodes, type WeightFormat } from './format.ts';

/** What the values of a format are, before scale and minimum. */
export interface ValueRange {
  /** The largest |value − zero|. */
  readonly largest: number;
  /** The largest power of two of which every one is a multiple. */
  readonly unit: number;
}

/** The range of `value − zero` over all finite codes and zero points of a format. */
export function valueRange(format: WeightFormat): ValueRange {
  const element = elementOf(format);
  if (element.kind === 'linear' && storesZeroCodes(format)) {
    // GPTQ's zero point reaches one more than the largest code.
    const codes = format.zeroPoint === 'minus-one' ? element.codes : element.codes - 1;
    return { largest: element.step * codes, unit: element.step };
  }
  const values = [...elementValues(element)].filter(Number.isFinite);
  return {
    largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    unit: values.reduce((least, value) => Math.min(least, unitOf(value)), Infinity),
  };
}

/** The largest power of two that divides a finite number; Infinity for 0. */
export function unitOf(value: number): number {
  if (value === 0) return Infinity;
  let unit = 1;
  while ((value / unit) % 1 !== 0) unit /= 2;
  while ((value / unit) % 2 === 0) unit *= 2;
  return unit;
}
