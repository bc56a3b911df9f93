import { formatName } from '../formats/format.ts';
import type { Result } from '../io/record.ts';
import { formatOf } from '../io/spec.ts';
import { paretoFront } from '../tune/pareto.ts';
import type { SweepOutcome } from './sweep.ts';

/** The fastest point of one weight format. */
export interface FormatPoint {
  readonly format: string;
  /** Index of the point in the sweep. */
  readonly point: number;
  readonly medianNs: number;
  /** Packed codes, scales and all else of a weight matrix [bytes]. */
  readonly weightBytes: number;
  /** √(Σ(w − ŵ)² / Σw²). */
  readonly relRmse: number;
  /** Whether no other format is as fast, as small and as exact, and better in one of them. */
  readonly onFront: boolean;
}

/**
 * Formats of one weight matrix by time, bytes and error: of each its fastest right point, fastest first.
 *
 * @returns none where points are of several products or weights, or of fewer than two formats.
 */
export function formatPoints(outcomes: readonly SweepOutcome[]): FormatPoint[] {
  const fastest = new Map<string, Omit<FormatPoint, 'onFront'>>();
  const matrices = new Set<string>();
  for (const [point, { outcome }] of outcomes.entries()) {
    if ('rejected' in outcome || outcome.status !== 'ok' || !outcome.timing || !outcome.quantization)
      continue;
    const { m, n, k, weights, seed } = outcome.spec;
    matrices.add(JSON.stringify([m, n, k, weights, seed]));
    const format = formatName(formatOf(outcome.spec));
    const { rule } = outcome.spec;
    const key = `${format} rule ${rule}`;
    const { medianNs } = outcome.timing;
    if (medianNs >= (fastest.get(key)?.medianNs ?? Infinity)) continue;
    const { relRmse } = outcome.quantization;
    fastest.set(key, { format, point, medianNs, weightBytes: weightBytesOf(outcome)!, relRmse });
  }
  if (matrices.size !== 1 || fastest.size < 2) return [];
  const all = [...fastest].map(([key, point]) => ({ ...point, format: nameOf(key, point, fastest) }));
  const points = all.sort((a, b) => a.medianNs - b.medianNs);
  const front = new Set(
    paretoFront(points.map(({ medianNs, weightBytes, relRmse }) => [medianNs, weightBytes, relRmse])),
  );
  return points.map((point, i) => ({ ...point, onFront: front.has(i) }));
}

/** A format's name, with the rule that chose its scales where that alone tells it from another. */
const nameOf = (
  key: string,
  { format }: Pick<FormatPoint, 'format'>,
  others: ReadonlyMap<string, Pick<FormatPoint, 'format'>>,
): string => ([...others.values()].filter((other) => other.format === format).length > 1 ? key : format);

/** Bytes of the packed weights of a result; `undefined` where they were never quantized. */
export const weightBytesOf = ({ spec: { n, k }, quantization }: Result): number | undefined =>
  quantization && (quantization.bitsPerWeight * n * k) / 8;
