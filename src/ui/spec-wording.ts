import { formatName } from '../formats/format.ts';
import { formatOf, type Spec } from '../io/spec.ts';
import { tileText } from '../kernels/tile.ts';
import { wordFinish } from './finish-wording.ts';

/** A spec in half a line. */
export const wordSpec = (spec: Spec): string =>
  [
    `M ${spec.m}, N ${spec.n}, K ${spec.k}`,
    formatName(formatOf(spec)),
    spec.layout,
    `${spec.activation} activations`,
    ...wordFinish(spec),
    `kernel ${spec.kernel}`,
    `${spec.protocol} protocol`,
    `seed ${spec.seed}`,
  ].join(', ');

/** The fields in which specs differ; `params` where any parameter does. */
export function differingFields(specs: readonly Spec[]): (keyof Spec)[] {
  const names = [...new Set(specs.flatMap((spec) => Object.keys(spec) as (keyof Spec)[]))];
  return names.filter((name) => new Set(specs.map((spec) => JSON.stringify(spec[name]))).size > 1);
}

/** A field's value in a cell of a table. */
export function shownField(spec: Spec, field: keyof Spec): string {
  const value = spec[field];
  if (field === 'wgsl') return value === undefined ? 'built in' : 'own WGSL';
  if (typeof value !== 'object') return String(value);
  return tileText(value, ' ') || 'default';
}

/** A place in a list, as a letter. */
export const letter = (index: number): string => String.fromCharCode(65 + index);
