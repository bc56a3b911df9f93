import type { WeightFormat } from '../../../src/formats/format.ts';
import type { ScaleBits } from '../../../src/layouts/foreign/foreign-format.ts';

/** The codes of scales as a tensor of the type that the format says. */
export const scaleBits = ({ scale }: WeightFormat, codes: Uint32Array): ScaleBits =>
  scale === 'f32' ? Uint32Array.from(codes) : Uint16Array.from(codes);
