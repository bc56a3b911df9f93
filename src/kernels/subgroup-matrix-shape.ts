import type { DeviceCaps, SubgroupMatrix } from './caps.ts';
import type { Columns } from './columns.ts';
import { RUN } from '../layouts/layout.ts';
import type { GemmProblem } from './problem.ts';

/** The tile of `subgroup-matrix`: a workgroup’s, and a subgroup’s in it. */
export type MatrixTile = Readonly<Record<'BM' | 'BN' | 'BK' | 'SM' | 'SN', number>>;

/** How a workgroup divides its tile among its subgroups and invocations. */
export interface MatrixShape extends MatrixTile {
  /** The matrices that are multiplied: one of those that the adapter reports. */
  readonly matrix: SubgroupMatrix;
  /** Subtiles of a workgroup. */
  readonly tiles: number;
  /** Subtiles that a subgroup keeps side by side, where the driver makes fewer subgroups than subtiles. */
  readonly sets: number;
  readonly threads: number;
  /** Neighbouring columns of which an invocation decodes a run at once. */
  readonly columns: Columns;
}

/** Elements between two rows of a staged operand: 8 more than its length, so that rows begin in different banks. */
export const rowStride = ({ BK }: Pick<MatrixTile, 'BK'>): number => BK + 8;

/**
 * A u32 that is below a power of two anyway, so written that compilers know: Tint sees it by the remainder and leaves out its
 * clamps, drivers by the mask and put constants into the offsets of loads and stores. Neither costs anything.
 *
 * @param value an expression that binds as tightly as a name.
 */
export const below = (value: string, limit: number | string): string =>
  typeof limit === 'string'
    ? `((${value} & (${limit} - 1u)) % ${limit})`
    : `((${value} & ${limit - 1}u) % ${limit}u)`;

/** As {@link below}, by a minimum: for what is the same in a whole subgroup, drivers make less of it. */
export const uniformBelow = (value: string, limit: number): string =>
  `min(${value} & ${limit - 1}u, ${limit - 1}u)`;

/** Whether sums leave the matrices after each step, to be added up in f32. */
export const flushes = ({ matrix }: Pick<MatrixShape, 'matrix'>): boolean =>
  matrix.resultComponentType === 'f16';

/** Whether a configuration multiplies what a problem asks for: its sums, from halves or, where sums are f32, from f32. */
const suits = (
  { accumulator }: GemmProblem,
  { componentType, resultComponentType }: SubgroupMatrix,
): boolean =>
  resultComponentType === accumulator &&
  (componentType === 'f16' || (componentType === 'f32' && accumulator === 'f32'));

/** The reported configurations that suit a problem's types, halves before f32, large matrices before small ones. */
export function suitableMatrices(problem: GemmProblem, caps: DeviceCaps): readonly SubgroupMatrix[] {
  const rank = ({ componentType, M, N, K }: SubgroupMatrix): number =>
    M * N * K * (componentType === 'f16' ? 2 ** 20 : 1);
  return caps.subgroupMatrices
    .filter((matrix) => suits(problem, matrix) && (matrix.componentType !== 'f16' || caps.shaderF16))
    .sort((a, b) => rank(b) - rank(a));
}

/** A configuration in a few words, for users: `f16 → f32 16×16×16`, the sizes being M, N and K. */
export const matrixName = ({ componentType, resultComponentType, M, N, K }: SubgroupMatrix): string =>
  `${componentType} → ${resultComponentType} ${M}×${N}×${K}`;

/** The configuration that a tile is made of. @returns undefined where none divides it. */
export const matrixOf = (
  { SM, SN, BK }: MatrixTile,
  problem: GemmProblem,
  caps: DeviceCaps,
): SubgroupMatrix | undefined =>
  suitableMatrices(problem, caps).find(({ M, N, K }) => SM % M === 0 && SN % N === 0 && BK % K === 0);

/**
 * Invocations of a workgroup: a subgroup for each subtile. Where the adapter has several sizes of subgroups, half its largest
 * is taken, and a subgroup of the largest keeps two subtiles, each of whose matrices then takes half the registers.
 * The specification wants a multiple of the largest.
 */
export function divideSubgroups(
  { BM, BN, SM, SN }: MatrixTile,
  { subgroupMinSize, subgroupMaxSize }: DeviceCaps,
): Pick<MatrixShape, 'tiles' | 'sets' | 'threads'> {
  const tiles = (BM / SM) * (BN / SN);
  const several = subgroupMinSize < subgroupMaxSize;
  const size = several ? subgroupMaxSize / 2 : subgroupMaxSize;
  return {
    tiles,
    sets: several && tiles > 1 ? 2 : 1,
    threads: Math.max(tiles * size, subgroupMaxSize),
  };
}

/** Divides a tile that holds every constraint. */
export function divideMatrices(tile: MatrixTile, problem: GemmProblem, caps: DeviceCaps): MatrixShape {
  const subgroups = divideSubgroups(tile, caps);
  const columnsEach = (tile.BN * tile.BK) / (RUN * subgroups.threads);
  return {
    ...tile,
    matrix: matrixOf(tile, problem, caps)!,
    ...subgroups,
    columns: columnsEach >= 4 ? 4 : columnsEach >= 2 ? 2 : 1,
  };
}

/** Bytes of workgroup memory: both operands, and a matrix of results of each subtile or the whole product of a step. */
export function matrixMemory(tile: MatrixTile, problem: GemmProblem, caps: DeviceCaps): number {
  const matrix = matrixOf(tile, problem, caps)!;
  const { tiles } = divideSubgroups(tile, caps);
  const { BM, BN } = tile;
  const operands = (matrix.componentType === 'f16' ? 2 : 4) * (BM + BN) * rowStride(tile);
  return operands + (flushes({ matrix }) ? 2 * BM * BN : 4 * tiles * matrix.M * matrix.N);
}
