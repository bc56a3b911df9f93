import { encodeFloat16, FLOAT16_MAX, FLOAT16_MIN_NORMAL, roundToFloat16 } from '../../src/base/float16.ts';
import { hash32 } from '../../src/base/random.ts';
import { elementValues } from '../../src/formats/element.ts';
import { ELEMENT_NAMES } from '../../src/formats/element-names.ts';
import { elementOf, formatName, groupCount, type WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import type { DecodeType } from '../../src/kernels/dequantize-plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { isPlain, layoutRefusal } from '../../src/layouts/layout.ts';
import { LAYOUT_NAMES, parseLayout } from '../../src/layouts/registry.ts';
import { formatsOf } from '../reference/formats.ts';
import { ALL_HALVES, allChoices, atRandom, finiteCodes, inTurn } from '../support/every-code.ts';
import { weightFormat } from '../support/weight-format.ts';

/** Weights to decode, and in what. */
export interface DecodeCase {
  readonly name: string;
  readonly problem: GemmProblem;
  readonly type: DecodeType;
  readonly weights: () => QuantizedWeights;
}

function decodeCase(
  format: WeightFormat,
  layout: string,
  [N, K]: readonly [number, number],
  weights: () => QuantizedWeights,
  type: DecodeType = 'f32',
): DecodeCase {
  const problem: GemmProblem = {
    M: 1,
    N,
    K,
    format,
    layout,
    activation: 'f32',
    accumulator: 'f32',
    epilogue: 'none',
    output: 'f32',
  };
  const element = format.element.length > 40 ? `${format.element.slice(0, 40)}…` : format.element;
  const name = `${formatName({ ...format, element })} ${layout} ${type}`;
  return { name, problem, type, weights };
}

/** Random numbers of all sizes, both ends of f32 and both zeros, as a table of 256 values. */
const TABLE = `table:${[
  ...[0, -0, 1, 2 ** -126, -(2 ** -126), (2 - 2 ** -23) * 2 ** 127, -(2 - 2 ** -23) * 2 ** 127],
  ...Array.from({ length: 249 }, (_, i) =>
    Math.fround((hash32(1, i) - 2 ** 31) * 2 ** ((hash32(2, i) % 120) - 90)),
  ),
]
  .map((value) => (Object.is(value, -0) ? '-0' : String(value)))
  .join(',')}`;

/** Element codecs that are written out: other biases, other meanings of the top exponent, tables. */
export const WRITTEN_ELEMENTS: readonly string[] = [
  TABLE,
  'table:-0.1,7',
  'table:-3,-0.5,0,0.25,2',
  'e3m4:top=ieee',
  'e3m3:bias=5,top=nan',
  'e4m3:bias=-20',
  'e2m5:bias=30',
  'e6m1:bias=31',
  'e5m0:top=ieee,overflow=infinity',
  'e1m6',
];

const onlyScale = (element: string): WeightFormat => weightFormat({ element, group: 'K' });

/** Every named element codec and those of {@link WRITTEN_ELEMENTS}. */
export const ELEMENTS: readonly string[] = [...ELEMENT_NAMES, ...WRITTEN_ELEMENTS];

/** Each finite code at each place of a chunk, with scales of 1 and others. */
export function elementCase(element: string): DecodeCase {
  const format = onlyScale(element);
  const scales = [1, 0.75, -1 / 3].map(encodeFloat16);
  const size = [3 * 2 ** elementOf(format).bits, 32] as const;
  return decodeCase(format, 'interleaved', size, () =>
    inTurn(format, ...size, { ...allChoices(format), scales }),
  );
}

/** Codes of an element whose value is 0 or a normal f16, and those whose value is not. */
export function halfCodes(element: string): { readonly exact: number[]; readonly others: number[] } {
  const format = onlyScale(element);
  const values = elementValues(elementOf(format));
  const isHalf = (code: number): boolean => {
    const value = values[code]!;
    const magnitude = Math.abs(value);
    if (magnitude === 0) return true;
    return magnitude >= FLOAT16_MIN_NORMAL && magnitude <= FLOAT16_MAX && roundToFloat16(value) === value;
  };
  const codes = finiteCodes(format);
  return { exact: codes.filter(isHalf), others: codes.filter((code) => !isHalf(code)) };
}

/** Each code that is exact in f16, kept in f16 before it is stored. */
export function halfCase(element: string): DecodeCase {
  const format = onlyScale(element);
  const size = [2 ** elementOf(format).bits, 32] as const;
  const choices = { ...allChoices(format), codes: halfCodes(element).exact, scales: [encodeFloat16(1)] };
  return decodeCase(format, 'interleaved', size, () => inTurn(format, ...size, choices), 'f16');
}

/** Groups in which all codes of an element of up to 4 bits occur. */
const GROUP = 16;
const DEPTH = 512;

/**
 * Every scale of a format, and every zero point or minimum, with every code of an element of up to 4 bits.
 *
 * @param scales codes of scales, and of minima, in place of a selection.
 */
export function scaleCase(format: WeightFormat, scales?: readonly number[]): DecodeCase {
  const choices = { ...allChoices(format), ...(scales ? { scales } : {}) };
  const offsets = scales && format.zeroPoint === 'min' ? [...scales].reverse() : choices.offsets;
  const most = Math.max(choices.scales.length, offsets.length, 2 * choices.codes.length);
  const size = [Math.ceil(most / groupCount(format, DEPTH)) + 3, DEPTH] as const;
  return decodeCase(format, 'interleaved', size, () => inTurn(format, ...size, { ...choices, offsets }));
}

/** Every f16 as a scale, and as a minimum. */
export const halfScaleCases = (): readonly DecodeCase[] => [
  scaleCase(weightFormat({ group: GROUP }), ALL_HALVES),
  scaleCase(weightFormat({ element: 'e2m1', group: GROUP, zeroPoint: 'min' }), ALL_HALVES),
];

/** Formats of an element that have what `choices` say. */
const formats = (element: string, choices: Partial<WeightFormat> = {}): readonly WeightFormat[] =>
  formatsOf(element)
    .map(([, format]) => ({ ...format, group: GROUP }))
    .filter((format) => Object.entries(choices).every(([key, value]) => format[key as 'scale'] === value));

/** Every scale type with every second level, zero point and minimum that go with it, and what other elements do with them. */
export const SCALE_FORMATS: readonly WeightFormat[] = [
  ...formats('int4'),
  ...formats('e2m1', { zeroPoint: false }),
  ...formats('e2m1', { zeroPoint: 'min' }),
  // A step other than 1, zero points half-way between codes, zero points of 8 bits.
  ...formats('int8-mx', { secondLevel: 'none', zeroPoint: false }),
  ...formats('bipolar3', { scale: 'f16', secondLevel: 'none' }),
  ...formats('uint8', { scale: 'f16', zeroPoint: 'minus-one' }),
  // Its largest value is 1: with it no power of two is too large.
  ...formats('nf4', { scale: 'e8m0', zeroPoint: false }),
];

/** Layouts that are written out: expressions over tiles, also with sides that are no powers of two, and orders of bits. */
export const WRITTEN_LAYOUTS: readonly string[] = [
  'local(1,4).spatial(8,1).local(1,8)',
  'spatial(3,2).local(2,6):vector=3',
  'stream:order=73261504',
  'interleaved:msb,order=dp4a',
  'stream:msb,planes=1+2+2',
  'interleaved:order=awq,planes=4+3',
];

/** Every named layout and those of {@link WRITTEN_LAYOUTS}. */
export const LAYOUTS: readonly string[] = [...LAYOUT_NAMES, ...WRITTEN_LAYOUTS];

/** An element of each width. */
const WIDTHS = Array.from({ length: 8 }, (_, i) => `int${i + 1}`);

/** Small floats of 4 and 8 bits are taken apart in another way than integers where those lie in order in whole words. */
function elementsFor(layout: string): readonly string[] {
  const { placement, order } = parseLayout(layout);
  return placement.kind === 'chunks' && isPlain(order) ? [...WIDTHS, 'e2m1', 'e4m3'] : WIDTHS;
}

/** Every width that a layout takes, on sizes that are no multiples of anything. */
export function layoutCases(
  layout: string,
  group: WeightFormat['group'] = 24,
  elements = elementsFor(layout),
): readonly DecodeCase[] {
  const size = [67, 161] as const;
  const scales = [1, 0.75, -1 / 3, 2].map(encodeFloat16);
  return elements
    .map((element) => weightFormat({ element, group }))
    .filter((format) => layoutRefusal(parseLayout(layout), elementOf(format)) === undefined)
    .map((format) =>
      decodeCase(format, layout, size, () => inTurn(format, ...size, { ...allChoices(format), scales })),
    );
}

/** Random blocks of a preset: codes, scales, zero points, minima and second level, the extreme ones too. */
export function presetCase(preset: string): DecodeCase {
  const { format } = PRESETS[preset]!;
  const size = [37, format.block === 1 ? 296 : 512] as const;
  return decodeCase(format, 'interleaved', size, () => atRandom(format, ...size, allChoices(format), 17));
}
