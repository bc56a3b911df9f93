import { FieldError, isFieldName, readField, type SpecFields } from '../io/spec-fields.ts';
import { VARIANT_IDS, type VariantId, VARIANTS } from '../kernels/registry.ts';
import { tileText } from '../kernels/tile.ts';

/** One axis of a sweep. */
export interface Axis {
  /** A field of a spec as users call it, `bits`, or a parameter of a kernel. */
  readonly name: string;
  readonly values: readonly string[];
}

/** Axes, or a point of them, that cannot be read. The message is for users. */
export class AxisError extends Error {
  override readonly name = 'AxisError';
}

/** More values would be a slip of the pen. */
const MOST_VALUES = 1000;
/** More points would take days; a search is for those. */
const MOST_POINTS = 10_000;

/**
 * Reads `NAME=VALUES`: values between commas (between semicolons where there is one, for values with commas), each a value or
 * a whole range: `1..8`, `64..512+64` in steps, `1..1024*2` in powers. `all` stands for all kernels, or for the values that a
 * kernel's parameter has.
 *
 * @param kernel whose parameters `all` is of.
 * @throws AxisError if it cannot be read, or its name is no axis.
 */
export function readAxis(text: string, kernel: string): Axis {
  const [, name, list] = /^\s*([A-Za-z][\w-]*)\s*=\s*(.*\S)\s*$/s.exec(text) ?? [];
  if (name === undefined || list === undefined) {
    throw new AxisError(`${JSON.stringify(text)} is not NAME=VALUES.`);
  }
  checkName(name);
  const values =
    list === 'all' ? allOf(name, kernel) : splitValues(list).flatMap((value) => expand(name, value));
  const distinct = [...new Set(values)];
  if (distinct.length <= MOST_VALUES) return { name, values: distinct };
  throw new AxisError(`${name} has ${distinct.length} values: ${MOST_VALUES} are the most.`);
}

const isParameter = (name: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(name);

function checkName(name: string): void {
  if (isParameter(name) || name === 'bits') return;
  if (isFieldName(name)) return;
  throw new AxisError(
    `There is no axis ${JSON.stringify(name)}: an axis is an option of an experiment (m, n, k, shape, format, ` +
      'group, layout, kernel, …), bits, or a parameter of a kernel in capitals.',
  );
}

function allOf(name: string, kernel: string): readonly string[] {
  if (name === 'kernel') return VARIANT_IDS;
  const variant = (VARIANT_IDS as readonly string[]).includes(kernel) && VARIANTS[kernel as VariantId];
  const parameter = variant && variant.parameters.find((one) => one.name === name);
  if (parameter) return parameter.values.map(String);
  throw new AxisError(
    `${name}=all: all is for kernel, and for parameters of the kernel that is chosen (here ${kernel}): name the values.`,
  );
}

/** Values between semicolons where there is one, else between commas that are in no brackets. */
function splitValues(list: string): string[] {
  const parts = list.includes(';')
    ? list.split(';')
    : (list.match(/(?:\([^)]*\)|\[[^\]]*\]|[^,([])+/g) ?? []);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function expand(name: string, value: string): readonly string[] {
  const [, from, to, operator, by] = /^(\d+)\.\.(\d+)(?:([*+])(\d+))?$/.exec(value) ?? [];
  if (from === undefined) return [value];
  const [first, last, step] = [Number(from), Number(to), Number(by ?? 1)];
  const grows = operator === '*' ? step >= 2 && first > 0 : step >= 1;
  if (last < first || !grows) {
    throw new AxisError(`${name}=${value} is a range that does not rise to its end.`);
  }
  const values: string[] = [];
  for (
    let at = first;
    at <= last && values.length <= MOST_VALUES;
    at = operator === '*' ? at * step : at + step
  ) {
    values.push(String(at));
  }
  return values;
}

/**
 * The fields that one value of an axis sets, but for `bits`, which changes a format.
 *
 * @throws AxisError if it is no value of the axis.
 */
function fieldsOf({ name }: Axis, value: string): SpecFields {
  if (!isParameter(name)) return readFieldOf(name, value);
  if (/^\d+$/.test(value)) return { params: { [name]: Number(value) } };
  throw new AxisError(`${name} has ${JSON.stringify(value)}: parameters are whole numbers.`);
}

function readFieldOf(name: string, value: string): SpecFields {
  if (!isFieldName(name)) return {};
  try {
    return readField(name, value);
  } catch (error) {
    if (error instanceof FieldError) throw new AxisError(error.message);
    throw error;
  }
}

/**
 * Reads several axes.
 *
 * @param kernel whose parameters `all` is of.
 * @throws AxisError if one cannot be read, is there twice, or they have too many points together.
 */
export function readAxes(texts: readonly string[], kernel: string): Axis[] {
  const axes = texts.map((text) => readAxis(text, kernel));
  const twice = axes.find(({ name }, i) => axes.findIndex((axis) => axis.name === name) < i);
  for (const axis of axes) for (const value of axis.values) fieldsOf(axis, value);
  if (twice) throw new AxisError(`The axis ${twice.name} was given twice: name all its values in one.`);
  const count = countOf(axes);
  if (count > MOST_POINTS) {
    throw new AxisError(
      `The axes have ${count} points together: ${MOST_POINTS} are the most. Take fewer values, or search instead.`,
    );
  }
  return axes;
}

/** How many points axes have together. */
export const countOf = (axes: readonly Axis[]): number =>
  axes.reduce((product, { values }) => product * values.length, 1);

/** A value for each axis, by name. */
export type Place = Readonly<Record<string, string>>;

/** All places of the axes, the last axis changing fastest. */
export const placesOf = (axes: readonly Axis[]): Place[] =>
  axes.reduce<Place[]>(
    (all, { name, values }) => all.flatMap((at) => values.map((value) => ({ ...at, [name]: value }))),
    [{}],
  );

/**
 * The fields of all axes at a place; parameters are put together, and `bits` is left out.
 *
 * @throws AxisError if a value is none of its axis.
 */
export function fieldsAt(axes: readonly Axis[], at: Place): SpecFields {
  const fields: SpecFields = {};
  const params: Record<string, number> = {};
  for (const axis of axes) {
    const { params: own, ...others } = fieldsOf(axis, at[axis.name]!);
    Object.assign(params, own);
    Object.assign(fields, others);
  }
  return { ...fields, params };
}

/** A place in words: `m=16 format=int4`. */
export const placeText = (at: Place): string => tileText(at, ' ');

/**
 * A format's name with other bits: `int4` and 6 are `int6`.
 *
 * @throws AxisError for a format whose name does not end in its bits.
 */
export function withBits(format: string, bits: string): string {
  const [, kind] = /^(int|uint|bipolar)\d+$/.exec(format) ?? [];
  if (kind !== undefined && /^[1-8]$/.test(bits)) return `${kind}${bits}`;
  throw new AxisError(
    `bits=${bits} and format ${format}: bits is an axis of int, uint and bipolar, from 1 to 8; name other formats: format=nf4,mxfp4.`,
  );
}
