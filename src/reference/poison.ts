/**
 * The u32 that every output word holds before a run: a large finite f32 (−1.7e38) that no honest product reaches and
 * that no WGSL implementation may treat as NaN or infinity.
 */
export const POISON_BITS = 0xff00dead;

/** {@link POISON_BITS} as an f32. */
export const POISON = new Float32Array(new Uint32Array([POISON_BITS]).buffer)[0]!;
