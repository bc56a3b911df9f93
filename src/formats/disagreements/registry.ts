import { BIT_ORDERS } from './bit-order.ts';
import type { Disagreement } from './disagreement.ts';
import { E2M1_TIE } from './e2m1-tie.ts';
import { E4M3_OVERFLOW } from './e4m3-overflow.ts';
import { E8M0_CODE } from './e8m0.ts';
import { FP4_CODE } from './fp4-code.ts';
import { E3M2_OVERFLOW } from './fp6-overflow.ts';
import { INT4_ZERO } from './int4-zero.ts';
import { INT8_RANGE } from './int8-range.ts';
import { MX_SCALE } from './mx-scale.ts';
import { NIBBLES_IN_BYTE, NIBBLES_IN_WORD } from './nibble-order.ts';
import { ONE_BIT } from './one-bit.ts';
import { TERNARY_2_BIT, TERNARY_BASE_3 } from './ternary.ts';
import { UE4M3_CODE, UE4M3_ENCODE } from './ue4m3.ts';
import { UE5M3_CODE } from './ue5m3.ts';

/** Every disagreement, in the order shown to users. */
export const DISAGREEMENTS: readonly Disagreement[] = [
  FP4_CODE,
  E2M1_TIE,
  E3M2_OVERFLOW,
  E4M3_OVERFLOW,
  UE4M3_CODE,
  UE4M3_ENCODE,
  UE5M3_CODE,
  E8M0_CODE,
  MX_SCALE,
  ...BIT_ORDERS,
  NIBBLES_IN_BYTE,
  NIBBLES_IN_WORD,
  INT4_ZERO,
  INT8_RANGE,
  ONE_BIT,
  TERNARY_BASE_3,
  TERNARY_2_BIT,
];
