import type { WeightFormat } from '../formats/format.ts';
import { DEFAULT_SPEC, type FormatFields } from './spec.ts';

/** The command line's options for the parts of a format that a preset determines. */
export const FORMAT_OPTIONS = {
  group: '--group',
  scale: '--scale',
  zeroPoint: '--zero-point',
  secondLevel: '--second-level',
  rule: '--rule',
} as const satisfies Partial<Record<keyof FormatFields, string>>;

/** The options that name a format by its parts, those that may be left out left out. */
export function optionsOf(format: WeightFormat): string {
  const options = Object.entries(FORMAT_OPTIONS) as [keyof typeof FORMAT_OPTIONS, string][];
  const named = options
    .filter(([field]) => format[field] !== DEFAULT_SPEC[field])
    .map(([field, flag]) => `${flag} ${String(format[field])}`);
  return [`--format ${format.element}`, ...named].join(' ');
}
