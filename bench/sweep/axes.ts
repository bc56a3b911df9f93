import { VARIANT_IDS, type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import { isSpecOption, readSpecOption, type SpecFields } from '../spec-options.ts';
import { UsageError } from '../usage-error.ts';

/** One axis of a sweep. */
export interface Axis {
  /** An option's name without its dashes, `bits`, or a parameter of a kernel. */
  readonly name: string;
  readonly values: readonly string[];
}

/** More values would be a slip of the pen. */
const MOST_VALUES = 1000;

const EXAMPLE =
  'For instance: --over m=1..64*2 --over format=int2,int4,int8 --over BM=16,32,64. Ranges: 1..8, 64..512+64, 1..1024*2.';

/**
 * Reads `NAME=VALUES`: values between commas (between semicolons where there is one, for values with commas), each a value or
 * a whole range: `1..8`, `64..512+64` in steps, `1..1024*2` in powers. `all` stands for all kernels, or for the values that a
 * kernel's parameter has.
 *
 * @param kernel whose parameters `all` is of.
 * @throws UsageError if it cannot be read, or its name is no axis.
 */
export function readAxis(text: string, kernel: string): Axis {
  const [, name, list] = /^\s*([A-Za-z][\w-]*)\s*=\s*(.*\S)\s*$/s.exec(text) ?? [];
  if (name === undefined || list === undefined) {
    throw new UsageError(`--over ${JSON.stringify(text)} is not NAME=VALUES.`, EXAMPLE);
  }
  checkName(name);
  const values =
    list === 'all' ? allOf(name, kernel) : splitValues(list).flatMap((value) => expand(name, value));
  const distinct = [...new Set(values)];
  if (distinct.length <= MOST_VALUES) return { name, values: distinct };
  throw new UsageError(`--over ${name} has ${distinct.length} values: ${MOST_VALUES} are the most.`, EXAMPLE);
}

/** Options that are no axes, as they would change what is compared or how. */
const NO_AXES = ['set', 'spec', 'wgsl'];

const isParameter = (name: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(name);

function checkName(name: string): void {
  if (isParameter(name) || name === 'bits') return;
  if (!NO_AXES.includes(name) && isSpecOption(name)) return;
  throw new UsageError(
    `There is no axis ${JSON.stringify(name)}: an axis is an option of an experiment without its dashes (m, n, k, shape, format, ` +
      'group, layout, kernel, …), bits, or a parameter of a kernel in capitals.',
    EXAMPLE,
  );
}

function allOf(name: string, kernel: string): readonly string[] {
  if (name === 'kernel') return VARIANT_IDS;
  const variant = (VARIANT_IDS as readonly string[]).includes(kernel) && VARIANTS[kernel as VariantId];
  const parameter = variant && variant.parameters.find((one) => one.name === name);
  if (parameter) return parameter.values.map(String);
  throw new UsageError(
    `--over ${name}=all: all is for kernel, and for parameters of the kernel that --kernel names (here ${kernel}).`,
    'Name the values. Parameters: npm run --silent bench -- list kernels',
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
    throw new UsageError(`--over ${name}=${value} is a range that does not rise to its end.`, EXAMPLE);
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
 * @throws UsageError if it is no value of the axis.
 */
export function fieldsOf({ name }: Axis, value: string): SpecFields {
  if (!isParameter(name)) return readSpecOption(name, value) ?? {};
  if (/^\d+$/.test(value)) return { params: { [name]: Number(value) } };
  throw new UsageError(`--over ${name} has ${JSON.stringify(value)}: parameters are whole numbers.`, EXAMPLE);
}

/**
 * A format's name with other bits: `int4` and 6 are `int6`.
 *
 * @throws UsageError for a format whose name does not end in its bits.
 */
export function withBits(format: string, bits: string): string {
  const [, kind] = /^(int|uint|bipolar)\d+$/.exec(format) ?? [];
  if (kind !== undefined && /^[1-8]$/.test(bits)) return `${kind}${bits}`;
  throw new UsageError(
    `--over bits=${bits} and format ${format}: bits is an axis of int, uint and bipolar, from 1 to 8.`,
    'For other formats name them: --over format=nf4,mxfp4,mxfp6-e2m3',
  );
}
