/** The smallest positive normal f32: what WGSL may flush to zero is below it. */
export const FLOAT32_MIN_NORMAL = 2 ** -126;
