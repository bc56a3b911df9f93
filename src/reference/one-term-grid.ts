import { ceilDiv, gcd, roundUp } from '../base/integers.ts';
import { hash32, uniformInteger } from '../base/random.ts';
import { groupCount, groupSize, scaleOf, type WeightFormat } from '../formats/format.ts';
import { coprimeStep } from './exact-activations.ts';
import type { ExactProblem } from './exact-range.ts';
import { ACTIVATION_BLOCK } from './quantized-activations.ts';

/** Runs of a check at most. */
const MOST_RUNS = 8;
/** Runs at least where scales of a matrix share a value of the second level, full in one run and of few bits in the next. */
const SHARED_RUNS = { own: 2, alone: 4 };
/** Single activations that one run is to have, if there is room; more of them for the 255 codes of int8. */
const ACTIVATIONS = 160;
const INT8_ACTIVATIONS = 512;
/** Those, each at a place along K of its own, for which runs are added. */
const PLACES = 64;
/**
 * Fewer rows may each have lines of a kernel to themselves, and each place of a group one of these, and each stretch of K: so often each
 * row is at each place, and some row in each cell.
 */
const FEW_ROWS = 8;
const VISITS = 3;
/** Runs at least where not every row is in each: the last one is, with a power of two in one run and many bits in the next. */
const LAST_ROW_RUNS = 2;
/** Scales that a check is to have: 256 full ones, 256 of few bits. */
const SCALES = 512;
/** Outputs of one run that are judged, about: a tenth of a second. */
const MOST_OUTPUTS = 2 ** 20;

/**
 * How the terms of a run are laid out so that each output of some rows is one of them.
 *
 * K is divided into cells: groups, or as many as fill blocks of int8 activations. A row has an activation in `across` cells, a
 * column scales other than 0 in one of these and in `down − 1` cells that other rows have activations in: row and column meet in
 * one cell. Where `across` is 1 all scales may be what they like, and the row has one activation; where there is one row
 * it shows as many places along K as there are cells.
 */
export interface OneTermGrid {
  /** Weights along K of a cell. */
  readonly cell: number;
  readonly cells: number;
  readonly across: number;
  readonly down: number;
  /** Rows of single terms in a run; the others are ordinary. */
  readonly rows: number;
  readonly runs: number;
}

/** Whether the format has a scale of 0. */
export const hasZeroScale = ({ scale }: WeightFormat): boolean => scale !== 'e8m0' && scale !== 'one';

/**
 * The grid of a problem: as many rows as single activations are wanted, though of many every fourth stays ordinary, and as few
 * runs as show what is to be shown, eight at most.
 *
 * @param windows that the exponents of scales are divided into; a cell shows those of one.
 */
export function oneTermGrid({ M, N, K, format, activation }: ExactProblem, windows: number): OneTermGrid {
  const size = groupSize(format, K);
  const whole = activation === 'i8' ? (size / gcd(size, ACTIVATION_BLOCK)) * ACTIVATION_BLOCK : size;
  const cell = groupCount(format, K) === 1 ? K : Math.min(whole, roundUp(K, size));
  const cells = ceilDiv(K, cell);
  const wanted = activation === 'i8' ? INT8_ACTIVATIONS : ACTIVATIONS;
  const ordinary = M < FEW_ROWS ? 0 : Math.floor(M / 4);
  const rows = Math.min(wanted, M - ordinary, Math.max(1, Math.floor(MOST_OUTPUTS / N)));
  const columnsEach = Math.max(1, Math.floor(N / 2));
  // A quarter of the cells stays ordinary as well.
  const live = Math.max(1, Math.floor((cells * 3) / 4));
  const across = hasZeroScale(format) ? Math.min(live, ceilDiv(wanted, rows), columnsEach) : 1;
  const down = Math.min(Math.floor((hasZeroScale(format) ? live : cells) / across), rows);
  const runs = Math.max(
    ceilDiv(activation === 'i8' ? INT8_ACTIVATIONS : PLACES, rows * across),
    M < FEW_ROWS ? ceilDiv(VISITS * Math.max(spanOf({ cell }), ceilDiv(cells, rows)), across) : LAST_ROW_RUNS,
    format.scale === 'one' ? SHARED_RUNS.alone : ceilDiv(scalesWanted(format), N * down),
    format.secondLevel === 'tensor' || format.secondLevel === 'double' ? SHARED_RUNS.own : 1,
    ceilDiv(windows, across * down),
  );
  return { cell, cells, across, down, rows, runs: Math.min(runs, MOST_RUNS) };
}

const scalesWanted = (format: WeightFormat): number => Math.min(SCALES, 2 * 2 ** scaleOf(format).bits);

/** Where the terms of one run are. */
export interface OneTermPlaces {
  /** The rows of single terms, ascending. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** [across, down] the cells in which they are: but for the first, other ones in each run, until all have been. */
  readonly cells: Uint32Array<ArrayBuffer>;
  /** [rows, across] the k of each activation. */
  readonly ks: Uint32Array<ArrayBuffer>;
}

/** The places of a run. */
export function oneTermPlaces(
  { M, K }: ExactProblem,
  grid: OneTermGrid,
  run: number,
  seed: number,
): OneTermPlaces {
  const { cell, across, down, rows } = grid;
  const cells = cellsOf(grid, run, hash32(seed, 1));
  const ks = new Uint32Array(rows * across);
  const stream = hash32(hash32(seed, 2), run);
  const span = spanOf(grid);
  const step = coprimeStep(span);
  const ms = rowsOf(M, rows, run, seed);
  for (let i = 0; i < rows; i++) {
    for (let y = 0; y < across; y++) {
      const start = cells[y * down + (i % down)]! * cell;
      const end = Math.min(start + cell, K);
      const random = hash32(stream, i * across + y);
      // A row goes through all places of a span, each time in another stretch of the cell.
      const place = (hash32(hash32(seed, 4), ms[i]!) + turnOf(grid, run, y) * step) % span;
      const k = uniformInteger(random, 0, 0, Math.floor((end - start - 1) / span)) * span + place + start;
      ks[i * across + y] = k < end ? k : uniformInteger(random, 1, start, end - 1);
    }
  }
  // The very end of K, whatever a kernel's tiles leave of it; of few rows in short cells each place counts.
  if (run === 0 && (M >= FEW_ROWS || cell > span)) ks[0] = K - 1;
  return { rows: ms, cells, ks };
}

/**
 * The cells of a run: the last one, where kernels have code of its own for what is left of K, then others; where there is room for one,
 * it comes first of all.
 */
function cellsOf(
  { cells, across, down }: OneTermGrid,
  run: number,
  stream: number,
): Uint32Array<ArrayBuffer> {
  const count = across * down;
  if (count === 1) return Uint32Array.of((cells - 1 + run * coprimeStep(cells)) % cells);
  const others = cells - 1;
  const first = uniformInteger(stream, 0, 0, others - 1) + run * (count - 1);
  const step = coprimeStep(others);
  return Uint32Array.from({ length: count }, (_, i) => (i === 0 ? others : ((first + i) * step) % others));
}

/** Neighbours along K all of whose places a row goes through. */
const spanOf = ({ cell }: Pick<OneTermGrid, 'cell'>): number => Math.min(cell, PLACES);

/** How many activations a row has had before that of cell `y` of a run. */
const turnOf = ({ across }: OneTermGrid, run: number, y: number): number => run * across + y;

/**
 * Counts the activations of a row so that, by threes, neighbours along a row are of three kinds, and so are those that a place has one
 * after the other.
 */
export function kindCount(grid: OneTermGrid, run: number, y: number): number {
  const span = spanOf(grid);
  const turn = turnOf(grid, run, y);
  return (turn % span) + Math.floor(turn / span);
}

/**
 * `count` of M rows, one of each of as many stretches of them; which it is changes from run to run. The last one, where a tile may be cut
 * off, is always among them.
 */
function rowsOf(M: number, count: number, run: number, seed: number): Uint32Array<ArrayBuffer> {
  const stream = hash32(hash32(seed, 3), run);
  const start = (i: number): number => Math.floor((i * M) / count);
  const rows = Uint32Array.from(
    { length: count },
    (_, i) => (uniformInteger(stream, i, start(i), start(i + 1) - 1) + run) % M,
  ).sort();
  rows[count - 1] = M - 1;
  return rows;
}
