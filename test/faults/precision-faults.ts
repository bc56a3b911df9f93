import { scaleOf } from '../../src/formats/format.ts';
import type { ScaleType } from '../../src/formats/scale-type.ts';
import { type PlantedFault, wrap } from './faults.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';

/** The function in which a problem's stored scales become f32, and its one argument. */
const SCALE_READERS: Readonly<Record<ScaleType, readonly [name: string, argument: string]>> = {
  f16: ['scale_half', 'word'],
  f32: ['scale_float', 'word'],
  one: ['scale_at', 'index'],
  bf16: ['scale_value', 'code'],
  e8m0: ['scale_value', 'code'],
  ue4m3: ['scale_value', 'code'],
  ue5m3: ['scale_value', 'code'],
  u4: ['scale_value', 'code'],
  u6: ['scale_value', 'code'],
  i6: ['scale_value', 'code'],
  i8: ['scale_value', 'code'],
  dynamic8: ['scale_value', 'code'],
};

/** Changes every scale as it is stored: `value` is an f32 expression over the right `scale` and what it is read from. */
function wrapScale(wgsl: string, { format }: GemmProblem, value: (argument: string) => string): string {
  const [name, argument] = SCALE_READERS[format.scale];
  return wrap(
    wgsl,
    name,
    `fn ${name}(${argument} : u32) -> f32 {
  let scale = right_${name}(${argument});
  return ${value(argument)};
}`,
  );
}

/** Changes every activation as it is read: `value` is a vec4<f32> expression over the right `a`. */
const wrapActivation = (wgsl: string, value: string): string =>
  wrap(
    wgsl,
    'activation4',
    `fn activation4(m : u32, k4 : u32) -> vec4<f32> {
  let a = right_activation4(m, k4);
  return ${value};
}`,
  );

/** A name rounded to so many significant bits, to the nearest, ties away from zero. @param type f32 or vec4<f32>. */
function rounded(name: string, significant: number, type: 'f32' | 'vec4<f32>'): string {
  const dropped = 24 - significant;
  const word = type === 'f32' ? 'u32' : 'vec4<u32>';
  const literal = (value: number): string => `${word}(0x${(value >>> 0).toString(16)}u)`;
  return `bitcast<${type}>((bitcast<${word}>(${name}) + ${literal(2 ** (dropped - 1))}) & ${literal(-(2 ** dropped))})`;
}

/** Scales that have more significant bits than a fault leaves them. */
const moreBitsThan =
  (bits: number) =>
  ({ format }: GemmProblem): string | undefined => {
    const { significand } = scaleOf(format);
    const has = format.scale === 'one' ? 24 : significand;
    return has > bits
      ? undefined
      : `scales of type ${format.scale} have no more than ${has} significant bits`;
  };

const scalesOf =
  (...types: readonly ScaleType[]) =>
  ({ format }: GemmProblem): string | undefined =>
    types.includes(format.scale) ? undefined : `there are no scales of type ${types.join(' or ')}`;

const roundedScales = (id: string, bits: number): PlantedFault => ({
  id,
  inapplicable: moreBitsThan(bits),
  plant: (wgsl, problem) => wrapScale(wgsl, problem, () => rounded('scale', bits, 'f32')),
});

/** A code that random weights never have a scale of, at any depth that fits a GPU, is one of these. */
const RARE_CODES: Readonly<Partial<Record<ScaleType, string>>> = {
  e8m0: 'code < 90u || code > 130u',
  ue4m3: 'code < 56u',
  ue5m3: 'code < 56u',
};

const anyActivations = (): undefined => undefined;

/**
 * Faults that leave every index right and lose precision, or part of the range of scales: what a bound over thousands of
 * terms has room for, and what data of few significant bits do not show.
 */
export const PRECISION_FAULTS: readonly PlantedFault[] = [
  {
    id: 'scales cut to a power of two',
    inapplicable: moreBitsThan(1),
    plant: (wgsl, problem) =>
      wrapScale(wgsl, problem, () => 'bitcast<f32>(bitcast<u32>(scale) & 0xff800000u)'),
  },
  roundedScales('scales rounded to 3 bits', 3),
  roundedScales('scales rounded to 5 bits', 5),
  roundedScales('scales rounded to bf16', 8),
  {
    id: 'activations rounded to 3 bits unless they are integers',
    inapplicable: anyActivations,
    plant: (wgsl) => wrapActivation(wgsl, `select(${rounded('a', 3, 'vec4<f32>')}, a, a == floor(a))`),
  },
  {
    id: 'activations rounded to bf16',
    inapplicable: anyActivations,
    plant: (wgsl) => wrapActivation(wgsl, rounded('a', 8, 'vec4<f32>')),
  },
  {
    id: 'activations rounded to tf32',
    inapplicable: ({ activation, accumulator }) =>
      activation === 'f32' && accumulator === 'f32'
        ? undefined
        : 'activations have no more than 11 significant bits',
    plant: (wgsl) => wrapActivation(wgsl, rounded('a', 11, 'vec4<f32>')),
  },
  {
    id: 'activations below 0.05 taken as 0',
    inapplicable: anyActivations,
    plant: (wgsl) => wrapActivation(wgsl, 'select(a, vec4<f32>(), abs(a) < vec4<f32>(0.05))'),
  },
  {
    id: 'subnormal scales twice too large',
    inapplicable: scalesOf('f16', 'ue4m3', 'ue5m3'),
    plant: (wgsl, problem) =>
      wrapScale(wgsl, problem, (argument) => {
        const subnormal = argument === 'code' ? 'code < 8u' : 'abs(scale) < 0x1p-14f';
        return `select(scale, 2.0 * scale, ${subnormal})`;
      }),
  },
  {
    id: 'scale codes that data rarely hold twice too large',
    inapplicable: scalesOf('e8m0', 'ue4m3', 'ue5m3'),
    plant: (wgsl, problem) =>
      wrapScale(wgsl, problem, () => `select(scale, 2.0 * scale, ${RARE_CODES[problem.format.scale]!})`),
  },
  {
    id: 'sign of the scale dropped',
    inapplicable: scalesOf('f16', 'f32', 'bf16', 'i6', 'i8', 'dynamic8', 'one'),
    plant: (wgsl, problem) => wrapScale(wgsl, problem, () => 'abs(scale)'),
  },
];
