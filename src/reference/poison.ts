import { decodeFloat16 } from '../base/float16.ts';
import { float32Bits } from '../base/float32.ts';
import type { OutputType } from './request.ts';

/**
 * The u32 that every output word holds before a run: a large finite f32 (−1.8e36) that no honest product reaches, whose
 * halves are one finite f16 (−62880), so that outputs of either type show where they were never written. No WGSL
 * implementation may treat any of them as NaN or infinity.
 */
export const POISON_BITS = 0xfbadfbad;

/**
 * Another one, NaN as an f32 and as two f16: what a kernel reads before it has written it shows, were it multiplied by 0. Where the
 * outputs are judged by their values alone.
 */
export const NAN_POISON_BITS = 0x7fff7fff;

/** The f32 bit pattern of an output that was never written: the poison itself, or the f32 that its half decodes to. */
export const POISON_PATTERN: Readonly<Record<OutputType, number>> = {
  f32: POISON_BITS,
  f16: float32Bits(decodeFloat16(POISON_BITS)),
};
