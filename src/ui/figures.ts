import type { Timing } from '../io/record.ts';

/** A unit of time and how many nanoseconds it has. */
export interface TimeUnit {
  readonly unit: 'ns' | 'µs' | 'ms' | 's';
  readonly ns: number;
}

const TIME_UNITS: readonly TimeUnit[] = [
  { unit: 's', ns: 1e9 },
  { unit: 'ms', ns: 1e6 },
  { unit: 'µs', ns: 1e3 },
  { unit: 'ns', ns: 1 },
];

/** The unit in which a span reads best: the largest that it fills. */
export const timeUnit = (ns: number): TimeUnit =>
  TIME_UNITS.find((unit) => ns >= unit.ns) ?? TIME_UNITS.at(-1)!;

/** A number to `digits` significant digits, without an exponent from 10⁻⁴ to 10⁶. Records store
 * what is not finite as 1e308. */
export function significant(value: number, digits = 3): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size < 1e-4 || size >= 1e6) return exponential(value, digits);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function exponential(value: number, digits: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e308) return 'not finite';
  const [mantissa, power] = value.toExponential(digits - 1).split('e');
  return `${mantissa!} × 10${superscript(power!.replace('+', ''))}`;
}

const superscript = (digits: string): string =>
  digits.replace('-', '⁻').replaceAll(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)));

/** A span with its unit: `312 µs`. @param ns the span [ns]; @param scale the unit, else the one that reads best. */
export const formatTime = (ns: number, scale: TimeUnit = timeUnit(ns)): string =>
  `${significant(ns / scale.ns)} ${scale.unit}`;

/** A time with its interval: `1.23 ms [1.20, 1.27]`. */
export function formatInterval({ medianNs, ciLowNs, ciHighNs }: Timed): string {
  const unit = timeUnit(medianNs);
  const bounds = [ciLowNs, ciHighNs].map((ns) => significant(ns / unit.ns));
  return `${formatTime(medianNs, unit)} [${bounds.join(', ')}]`;
}

type Timed = Pick<Timing, 'medianNs' | 'ciLowNs' | 'ciHighNs'>;

/** A count with thousands separated: `1,536`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** A share as a percentage: `2.1 %`. */
export const formatPercent = (share: number): string => `${significant(share * 100, 2)} %`;

/** A size with a decimal unit: `0.491 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${formatCount(bytes)} B`;
  return bytes < 1e6 ? `${significant(bytes / 1e3)} kB` : `${significant(bytes / 1e6)} MB`;
}

/** `1 sample`, `20 samples`. @param many the plural where it is not the noun with an s. */
export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : many}`;
