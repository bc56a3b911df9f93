import { ELEMENT_NAMES, parseElement } from './element-names.ts';
import { bitsPerWeight, type WeightFormat } from './format.ts';
import { PRESETS } from './presets.ts';

/** One weight format as users are shown it. */
export interface FormatEntry {
  /** What `--format` takes. */
  readonly name: string;
  readonly kind: 'preset' | 'element';
  /** One line. */
  readonly about: string;
  /** Scales, zero points and second level included; of an element its own bits. */
  readonly bitsPerWeight: number;
  /** What a preset determines. */
  readonly format?: WeightFormat;
}

/** The group sizes that are offered; any other from 1 to K works as well. */
export const GROUP_SIZES = [16, 32, 64, 128, 'K'] as const;

/**
 * Every format that has a name: first the presets, then the elements, with which groups, scales, zero points and second
 * levels go by choice.
 *
 * @param K depth for which the bits a weight are given; they depend on it where a group is a whole column.
 */
export const listFormats = (K: number): FormatEntry[] => [
  ...Object.entries(PRESETS).map(([name, { about, format }]) => ({
    name,
    kind: 'preset' as const,
    about,
    bitsPerWeight: bitsPerWeight(format, K),
    format,
  })),
  ...ELEMENT_NAMES.map((name) => ({
    name,
    kind: 'element' as const,
    about: describeElement(name),
    bitsPerWeight: parseElement(name).bits,
  })),
];

/** What the codes of a named element mean: `4-bit signed`, `float, 2 bits of exponent, 1 of mantissa`. */
export function describeElement(name: string): string {
  const element = parseElement(name);
  const bits = String(element.bits);
  if (element.kind === 'codebook') return `${bits}-bit table`;
  if (element.kind === 'float') {
    return `${bits}-bit float: sign, ${String(element.exponentBits)} of exponent, ${String(element.mantissaBits)} of mantissa`;
  }
  if (name === 'ternary') return 'ternary: −1, 0, 1';
  if (element.offset === 0) return `${bits}-bit unsigned`;
  return name.startsWith('bipolar') ? `${bits}-bit odd numbers` : `${bits}-bit signed`;
}
