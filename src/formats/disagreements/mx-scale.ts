import type { BlockDisagreement } from './disagreement.ts';
import { outcomeText } from './outcome-text.ts';
import { E2M1, E4M3, floorLog2, roundSaturating, type Tie } from './small-float.ts';
import { SOURCES } from './sources.ts';

/** The exponent of E2M1's largest power of two. */
const LARGEST_EXPONENT = 2;

const largest = (block: readonly number[]): number => Math.max(...block.map(Math.abs));

const floorScale = (block: readonly number[]): number =>
  2 ** Math.max(floorLog2(largest(block)) - LARGEST_EXPONENT, -127);

function ceilScale(block: readonly number[]): number {
  const ideal = Math.fround(largest(block) / E2M1.max);
  const floor = 2 ** floorLog2(ideal);
  return floor === ideal ? floor : 2 * floor;
}

const nearestScale = (block: readonly number[]): number =>
  roundSaturating(largest(block) / E2M1.max, E4M3, 'even');

function sigmaScale(block: readonly number[]): number {
  const mean = block.reduce((sum, value) => sum + value, 0) / block.length;
  const meanSquare = block.reduce((sum, value) => sum + value * value, 0) / block.length;
  const sigma = Math.sqrt(Math.max(meanSquare - mean * mean, 0));
  return 2 ** floorLog2((2.92247856 / 6) * sigma + 1e-8);
}

/** Scales, rounds to E2M1 and multiplies back: `scale 1 → 6 4 2 0.5`. */
const quantizeBy =
  (scaleOf: (block: readonly number[]) => number, tie: Tie) =>
  (block: readonly number[]): string => {
    const scale = scaleOf(block);
    const decoded = block.map((value) =>
      outcomeText(scale === 0 ? 0 : roundSaturating(value / scale, E2M1, tie) * scale),
    );
    return `scale ${outcomeText(scale)} → ${decoded.join(' ')}`;
  };

/** Which scale a block of E2M1 values gets, and what its values then are. */
export const MX_SCALE: BlockDisagreement = {
  name: 'MX scale',
  aliases: ['scale rule', 'MXFP4 scale', 'MX', 'MXFP4', 'block scale'],
  question: 'Which scale does a block of these numbers get, and which values do they decode to as E2M1?',
  example: '7,3.5,2.333,.3',
  input: 'block',
  refuses: (values) => {
    if (!values.every(Number.isFinite)) return 'A block takes finite numbers.';
    return largest(values) < 2 ** -126 ? 'A block needs a number of at least 2^-126.' : undefined;
  },
  rules: [
    {
      projects: 'OCP MX, gfloat',
      says: '2^(floor(log2 max) − 2); ties to even; saturates',
      source: `${SOURCES.ocp}; ${SOURCES.gfloat}`,
      apply: quantizeBy(floorScale, 'even'),
    },
    {
      projects: 'microxcaling (default)',
      says: '2^(floor(log2 max) − 2); ties away from zero; saturates',
      source: `${SOURCES.microxcaling} mx/mx_ops.py`,
      apply: quantizeBy(floorScale, 'away'),
    },
    {
      projects: 'ggml MXFP4',
      says: '2^(floor(log2 max) − 2); the nearest by search, ties toward zero',
      source: `${SOURCES.ggml} src/ggml-quants.c quantize_row_mxfp4_ref`,
      apply: quantizeBy(floorScale, 'zero'),
    },
    {
      projects: 'fouroversix MXFP4',
      says: 'max / 6 up to a power of two: nothing saturates; ties to even',
      source: `${SOURCES.fourOverSix} src/fouroversix/quantize/`,
      apply: quantizeBy(ceilScale, 'even'),
    },
    {
      projects: 'NVFP4 (with tensor scale 1)',
      says: 'max / 6 to the nearest E4M3: the largest may saturate; ties to even',
      source: `${SOURCES.fourOverSix} src/fouroversix/quantize/`,
      apply: quantizeBy(nearestScale, 'even'),
    },
    {
      projects: 'Quartet forward (QuEST)',
      says: '2^floor(log2(2.92247856 / 6 · σ + 1e-8)), σ of the block; its Hadamard rotation is left out here; ties toward zero',
      source: `${SOURCES.quartet} src/models/quantization/quantizers/mxfp4_triton.py`,
      apply: quantizeBy(sigmaScale, 'zero'),
    },
    {
      projects: 'Quartet backward',
      says: '4/3 · 2^(floor(log2 max) − 2), which uses 3/4 of the range; shown to the nearest where it rounds at random',
      source: `${SOURCES.quartet} src/models/quantization/quantizers/mxfp4_triton.py`,
      apply: quantizeBy((block) => floorScale(block) / 0.75, 'zero'),
    },
  ],
};
