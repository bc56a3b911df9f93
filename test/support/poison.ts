import { POISON_BITS } from '../../src/reference/poison.ts';

/** What outputs hold before a run, as an f32. */
export const POISON = new Float32Array(new Uint32Array([POISON_BITS]).buffer)[0]!;
