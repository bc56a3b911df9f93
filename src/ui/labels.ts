import { GROUP_SIZES, listFormats } from '../formats/catalogue.ts';
import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import { chooseKernel } from '../kernels/choose-kernel.ts';
import { VARIANT_IDS } from '../kernels/registry.ts';
import { problemOf } from '../lab/plan-spec.ts';
import { significant } from './figures.ts';

/** One entry of a list to choose from. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Bits a weight are those of a column this deep. */
const DEPTH = 4096;

/** The formats offered, `current` among them even if it has no name. */
export function formatChoices(current: string): readonly Choice[] {
  const named = listFormats(DEPTH).map(({ name, kind, about, bitsPerWeight }) => ({
    value: name,
    label: kind === 'preset' ? `${name} (${significant(bitsPerWeight)} bits)` : `${name}: ${about}`,
  }));
  return named.some(({ value }) => value === current)
    ? named
    : [...named, { value: current, label: current }];
}

/** The group sizes offered, `current` among them. */
export function groupChoices(current: number | 'K'): readonly Choice[] {
  const sizes: readonly (number | 'K')[] = GROUP_SIZES.some((size) => size === current)
    ? GROUP_SIZES
    : [current, ...GROUP_SIZES];
  return sizes.map((size) => ({ value: String(size), label: size === 'K' ? 'all of K' : String(size) }));
}

/**
 * The kernels offered, `auto` with what it stands for, and `current` even if there is no such kernel.
 *
 * @param spec what runs; of `auto`, it may name the winner in its place.
 */
export function kernelChoices(current: string, spec: Spec | undefined, caps: DeviceCaps): readonly Choice[] {
  const auto = spec ? `auto (${standIn(current, spec, caps)})` : 'auto';
  const known: readonly Choice[] = [
    { value: 'auto', label: auto },
    ...VARIANT_IDS.map((id) => ({ value: id, label: id })),
  ];
  return known.some(({ value }) => value === current)
    ? known
    : [...known, { value: current, label: `${current} (unknown)` }];
}

/** The kernel that `auto` stands for. */
const standIn = (current: string, spec: Spec, caps: DeviceCaps): string =>
  current === 'auto' && spec.kernel !== 'auto' ? spec.kernel : chooseKernel(problemOf(spec), caps).id;
