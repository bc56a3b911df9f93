import { type Element, ELEMENTS, type ElementName } from '../formats/element.ts';
import { GROUP_SIZES } from '../formats/format.ts';
import type { Spec } from '../io/spec.ts';
import { chooseKernel, VARIANT_IDS } from '../kernels/registry.ts';
import { problemOf } from '../lab/plan-spec.ts';

/** One entry of a list to choose from. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The name of an element codec in a sentence: `4-bit signed`. */
export function elementLabel(name: ElementName): string {
  const { bits, signed }: Element = ELEMENTS[name];
  return `${bits}-bit ${signed ? 'signed' : 'unsigned'}`;
}

/** The group sizes offered, `current` among them. */
export function groupChoices(current: number | 'K'): readonly Choice[] {
  const sizes: readonly (number | 'K')[] = GROUP_SIZES.some((size) => size === current)
    ? GROUP_SIZES
    : [current, ...GROUP_SIZES];
  return sizes.map((size) => ({ value: String(size), label: size === 'K' ? 'all of K' : String(size) }));
}

/** The kernels offered, `auto` with what it stands for, and `current` even if there is no such kernel. */
export function kernelChoices(current: string, spec: Spec | undefined): readonly Choice[] {
  const auto = spec ? `auto (${chooseKernel(problemOf(spec)).id})` : 'auto';
  const known: readonly Choice[] = [
    { value: 'auto', label: auto },
    ...VARIANT_IDS.map((id) => ({ value: id, label: id })),
  ];
  return known.some(({ value }) => value === current)
    ? known
    : [...known, { value: current, label: `${current} (unknown)` }];
}
