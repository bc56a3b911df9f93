/** The largest minimum of integer data, in units of the smallest value. */
export const LARGEST_MIN = 3;

/** The largest |bias| of integer data, in the same units. */
export const LARGEST_BIAS = 7;
