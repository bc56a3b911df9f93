/** Parameters of a kernel variant by name: BM, BN, BK, TM, TN, … */
export type Tile = Readonly<Record<string, number>>;

/** One tunable parameter of a variant. */
export interface Parameter {
  readonly name: string;
  /** One line for users: what it sizes and in which unit. */
  readonly summary: string;
  /** The values that a search tries and the page offers. */
  readonly values: readonly number[];
}

/** Parameters, or other values by name, in a line: `BM=16,BN=64`. */
export const tileText = (tile: Readonly<Record<string, number | string>>, between = ','): string =>
  Object.entries(tile)
    .map(([name, value]) => `${name}=${value}`)
    .join(between);
