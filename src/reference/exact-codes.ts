import { elementValues } from '../formats/element.ts';
import { elementOf, storesZeroCodes, type WeightFormat } from '../formats/format.ts';
import { unitOf, valueRange } from '../formats/value-range.ts';

/** Codes of an element whose values are multiples of one power of two. */
export interface ExactCodes {
  readonly codes: Uint8Array<ArrayBuffer>;
  /** The largest |value − zero|. */
  readonly largest: number;
  /** A power of two of which every value is a multiple. */
  readonly unit: number;
}

/**
 * All finite codes of a format if they fit; of a small float else those between a unit, which the seed chooses, and the
 * largest value for which they fit, so that over the seeds every code comes in.
 *
 * @param fits whether sums stay exact for values up to `largest` in steps of `unit`.
 * @param parts whether elements that are no small floats may have a part of their codes as well.
 * @returns undefined where no part of the codes fits, or where values are no even steps.
 */
export function exactCodes(
  format: WeightFormat,
  fits: (codes: ExactCodes) => boolean,
  seed: number,
  parts = false,
): ExactCodes | undefined {
  const element = elementOf(format);
  const { largest, unit } = valueRange(format);
  const values = elementValues(element);
  const all: ExactCodes = { codes: finiteCodes(values), largest, unit: unit === Infinity ? 1 : unit };
  if (fits(all)) return all;
  if ((element.kind !== 'float' && !parts) || storesZeroCodes(format)) return undefined;
  const found: ExactCodes[] = [];
  for (let step = all.unit; step <= largest; step *= 2) {
    const part = partOf(values, step, fits);
    if (part) found.push(part);
    if (part?.largest === largest) break;
  }
  return found[seed % found.length];
}

/** The codes of finite values. @param values by code. */
export const finiteCodes = (values: Float64Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...values.keys()].filter((code) => Number.isFinite(values[code])));

/** Fewer values than these say little about a kernel. */
const LEAST_CODES = 4;

/** The codes that are multiples of `unit`, up to the largest value that fits. */
function partOf(
  values: Float64Array,
  unit: number,
  fits: (codes: ExactCodes) => boolean,
): ExactCodes | undefined {
  const multiples = [...values.keys()].filter((code) => {
    const value = values[code]!;
    return Number.isFinite(value) && unitOf(value) >= unit;
  });
  const magnitudes = [...new Set(multiples.map((code) => Math.abs(values[code]!)))].sort((a, b) => b - a);
  for (const largest of magnitudes) {
    const part: ExactCodes = {
      codes: Uint8Array.from(multiples.filter((code) => Math.abs(values[code]!) <= largest)),
      largest,
      unit,
    };
    if (part.codes.length < LEAST_CODES) return undefined;
    if (fits(part)) return part;
  }
  return undefined;
}
