/** Neighbouring columns that a kernel reads at once. */
export type Columns = 1 | 2 | 4;

/** The WGSL type of one word of each of `columns` columns. */
export const wordsType = (columns: Columns): string => (columns === 1 ? 'u32' : `vec${columns}<u32>`);
