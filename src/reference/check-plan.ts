import { hash32, uniformInteger } from '../base/random.ts';
import { ceilDiv } from '../base/integers.ts';
import type { RowResidual } from './findings.ts';
import type { Epilogue, OutputType } from './request.ts';

/**
 * Products of at most this many multiply-accumulates are recomputed in full: about a second of one core at the 1.2·10⁹ a
 * second that V8 reaches for a product with its magnitudes. Above it a check samples.
 */
export const FULL_CHECK_LIMIT = 2 ** 30;

/** Rows with the largest residuals that a sampled check under a bound recomputes. */
const RECHECKED_ROWS = 64;

/** The same by judge: an exact check recomputes wrong rows only to say which element is wrong. */
const RECHECKED = { bound: RECHECKED_ROWS, exact: 4 };

/** Elements that a sampled check under a bound recomputes at random positions. */
export const RANDOM_SAMPLES = 4096;

/** Random elements of the last row, and of the last column, that it recomputes besides. */
const EDGE_SAMPLES = 64;

/** Bytes of one operand copied for a checker in one go: a few milliseconds where each page of it is touched for the first time. */
const CHUNK_BYTES = 2 ** 20;

/** Rows below which decoding the weights again for each block would cost more than the block. */
const LEAST_ROWS = 16;

/** How a check is split among checkers. */
export interface CheckPlan {
  readonly mode: 'full' | 'sampled';
  /** Columns of each checker, as [first, count]: all for each if the rows are shared out, else disjoint ranges. */
  readonly ranges: readonly (readonly [first: number, count: number])[];
  /** Whether each checker sees all rows (of its own columns) or takes blocks of rows from one queue. */
  readonly split: 'rows' | 'columns';
  readonly rowsPerBlock: number;
  /** Columns of weights sent at once. */
  readonly columnsPerSlice: number;
  /** Rows with the largest residuals to recompute at the end. */
  readonly recheckedRows: number;
}

/**
 * Whether sums of outputs can stand for outputs: of a GELU or SiLU they cannot, and of f16 outputs each has a rounding of its
 * own that the bound of a sum would have to grant all at once. A bias is known, and comes off.
 */
export const canProject = (epilogue: Epilogue, output: OutputType): boolean =>
  output === 'f32' && (epilogue === 'none' || epilogue === 'bias');

/**
 * Splits the check of a product [M, N] over K among at most `checkers`.
 *
 * Where all rows would be recomputed anyway (M ≤ 64 under a bound), a full check costs no more than a sampled one.
 *
 * @param limit multiply-accumulates above which the check samples:
 *   Infinity where it cannot, as {@link canProject} says, so that everything is recomputed, whatever the size.
 */
export function planCheck(
  { M, N, K }: { readonly M: number; readonly N: number; readonly K: number },
  judge: 'bound' | 'exact',
  checkers: number,
  limit: number = FULL_CHECK_LIMIT,
): CheckPlan {
  const full = M * N * K <= limit || (judge === 'bound' && M <= RECHECKED_ROWS);
  // The projections under a bound rank whole rows, so each checker needs all columns of its rows.
  const wholeRows = !full && judge === 'bound';
  const byColumns = checkers > 1 && M < LEAST_ROWS * checkers && !wholeRows;
  const ranges = byColumns
    ? columnRanges(N, checkers)
    : rowRanges(N, Math.min(checkers, ceilDiv(M, LEAST_ROWS)));
  const byBytes = Math.max(1, Math.floor(CHUNK_BYTES / (4 * Math.max(K, ranges[0]![1]))));
  return {
    mode: full ? 'full' : 'sampled',
    ranges,
    split: byColumns ? 'columns' : 'rows',
    rowsPerBlock: Math.min(byBytes, Math.max(LEAST_ROWS, ceilDiv(M, 4 * ranges.length))),
    columnsPerSlice: Math.max(1, Math.floor(CHUNK_BYTES / K)),
    recheckedRows: full ? 0 : RECHECKED[judge],
  };
}

/** N columns in at most `parts` ranges of one size, the last one shorter. */
function columnRanges(N: number, parts: number): CheckPlan['ranges'] {
  const share = ceilDiv(N, parts);
  return Array.from(
    { length: ceilDiv(N, share) },
    (_, i) => [i * share, Math.min(share, N - i * share)] as const,
  );
}

const rowRanges = (N: number, parts: number): CheckPlan['ranges'] =>
  Array.from({ length: parts }, () => [0, N] as const);

/** Positions that a sampled check recomputes: random ones, the corners, and some of the last row and column. */
export function samplePositions(
  M: number,
  N: number,
  seed: number,
): readonly (readonly [m: number, n: number])[] {
  const rows = hash32(seed, 1);
  const columns = hash32(seed, 2);
  const row = (i: number): number => uniformInteger(rows, i, 0, M - 1);
  const column = (i: number): number => uniformInteger(columns, i, 0, N - 1);
  return [
    [0, 0],
    [0, N - 1],
    [M - 1, 0],
    [M - 1, N - 1],
    ...Array.from({ length: EDGE_SAMPLES }, (_, i) => [M - 1, column(i)] as const),
    ...Array.from({ length: EDGE_SAMPLES }, (_, i) => [row(i), N - 1] as const),
    ...Array.from(
      { length: RANDOM_SAMPLES },
      (_, i) => [row(EDGE_SAMPLES + i), column(EDGE_SAMPLES + i)] as const,
    ),
  ];
}

/**
 * The `count` rows with the largest residuals, in ascending order; of equals the first. A row that several ranges of
 * columns found counts once.
 */
export function mostSuspicious(residuals: readonly RowResidual[], count: number): readonly number[] {
  const ranked = [...residuals].sort((a, b) => (a.ratio === b.ratio ? a.row - b.row : b.ratio - a.ratio));
  const rows = [...new Set(ranked.map(({ row }) => row))].slice(0, count);
  return rows.sort((a, b) => a - b);
}
