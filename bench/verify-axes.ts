import { parseElement } from '../src/formats/element-names.ts';
import { formatRefusal, type WeightFormat } from '../src/formats/format.ts';
import { layoutRefusal } from '../src/layouts/layout.ts';
import { LAYOUT_NAMES, parseLayout } from '../src/layouts/registry.ts';
import type { Axes, AxisValues } from './covering-array.ts';

/** N and K: what divides every tile, group and block, what divides none, one column, less than a chunk over one, and many chunks. */
export const SIZES = {
  '128x256': { n: 128, k: 256 },
  '65x161': { n: 65, k: 161 },
  '1x93': { n: 1, k: 93 },
  '130x40': { n: 130, k: 40 },
  '8x1024': { n: 8, k: 1024 },
} as const;

/** The name of a problem's sizes. */
export type SizeName = keyof typeof SIZES;

/** What every tile, group and block divides. */
export const ALIGNED: SizeName = '128x256';
/** K long enough for every split of it. */
export const LONG: SizeName = '8x1024';
/** What no tile, group or word divides. */
export const RAGGED: SizeName = '65x161';

/** One element of each width, and of each kind of decode; every other one has a case of its own. */
const ELEMENTS = [
  ...['int1', 'int2', 'int3', 'int4', 'int5', 'int6', 'int7', 'int8', 'uint4', 'bipolar3', 'ternary'],
  ...['e2m1', 'e2m3', 'e5m2', 'nf4', 'e2m5:bias=9,top=nan', 'table:-8,-3,-1,-0.5,0,0.25,2,6,7,11'],
];

/** An order of codes that has no name. */
const FREE_LAYOUTS = ['local(1,4).spatial(8,1).local(1,8)', 'interleaved:msb,planes=1+2'];

const GROUPS = [16, 32, 40, 64, 128, 'K'] as const;

/** Types of scales, each with the second levels that it goes with. */
const SCALES: Readonly<Record<string, Pick<WeightFormat, 'scale' | 'secondLevel'>>> = {
  f16: { scale: 'f16', secondLevel: 'none' },
  f32: { scale: 'f32', secondLevel: 'none' },
  bf16: { scale: 'bf16', secondLevel: 'none' },
  e8m0: { scale: 'e8m0', secondLevel: 'none' },
  ue4m3: { scale: 'ue4m3', secondLevel: 'none' },
  ue5m3: { scale: 'ue5m3', secondLevel: 'none' },
  'ue4m3·tensor': { scale: 'ue4m3', secondLevel: 'tensor' },
  'one·tensor': { scale: 'one', secondLevel: 'tensor' },
  'u4·super': { scale: 'u4', secondLevel: 'super' },
  'u6·super': { scale: 'u6', secondLevel: 'super' },
  'i6·super': { scale: 'i6', secondLevel: 'super' },
  'i8·super': { scale: 'i8', secondLevel: 'super' },
  'dynamic8·double': { scale: 'dynamic8', secondLevel: 'double' },
};

/** What may vary in a problem's weights and types; a variant may take a part of them only. */
export const PROBLEM_AXES: Axes = {
  element: ELEMENTS,
  group: GROUPS,
  scale: Object.keys(SCALES),
  zeroPoint: [false, true, 'minus-one', 'min'],
  activation: ['f32', 'f16', 'i8'],
  accumulator: ['f32', 'f16'],
  epilogue: ['none', 'bias', 'gelu', 'silu'],
  output: ['f32', 'f16'],
  layout: [...LAYOUT_NAMES, ...FREE_LAYOUTS],
};

/** The weight format of a row of {@link PROBLEM_AXES}. */
const formatOfRow = ({ element, group, scale, zeroPoint }: AxisValues): WeightFormat => ({
  element: element as string,
  group: group as WeightFormat['group'],
  ...SCALES[scale as string]!,
  zeroPoint: zeroPoint as WeightFormat['zeroPoint'],
  rule: 'amax',
  block: 1,
});

/** The fields of a spec that a row's weights and types set. */
export function specFields(row: AxisValues): Record<string, unknown> {
  const { element, scale, group, zeroPoint, layout, activation, accumulator, epilogue, output } = row;
  const types = { activation, accumulator, epilogue, output };
  return { format: element, ...SCALES[scale as string], group, zeroPoint, layout, ...types };
}

/** Whether a row's weights are ones that there can be: its choices go together, and the layout takes the element's width. */
export function isWeights(row: AxisValues): boolean {
  if (layoutRefusal(parseLayout(row['layout'] as string), parseElement(row['element'] as string)))
    return false;
  return formatRefusal(formatOfRow(row)) === undefined;
}

/** What an axis is where only two others are looked at: it goes with every value of each. */
export const NEUTRAL: AxisValues = {
  element: 'int4',
  group: 32,
  scale: 'f16',
  zeroPoint: false,
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
  layout: 'interleaved',
};

/** Whether two values of {@link PROBLEM_AXES} never stand together; all that keeps weights from being is such pairs. */
export const excludesPair = (pair: AxisValues): boolean =>
  Object.keys(pair).every((name) => name in PROBLEM_AXES) &&
  !isWeights({ ...NEUTRAL, ...neutralFor(pair), ...pair });

/** An element of the width that a layout's planes ask for. */
export function neutralFor({ layout }: AxisValues): AxisValues {
  const planes = layout === undefined ? undefined : parseLayout(layout as string).order.planes;
  return planes ? { element: `int${planes.reduce((sum, width) => sum + width, 0)}` } : {};
}
