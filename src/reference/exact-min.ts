/** The largest minimum of integer data, in units of the smallest value. */
export const LARGEST_MIN = 3;
