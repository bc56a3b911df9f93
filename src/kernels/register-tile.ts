import { range } from '../base/integers.ts';
import type { Columns } from './columns.ts';
import { indent } from './indent.ts';

/** Tiles of both operands in workgroup memory, and the register tile that each invocation multiplies out of them. */
export interface RegisterTile {
  readonly BM: number;
  readonly BN: number;
  readonly BK: number;
  readonly TM: number;
  readonly TN: number;
  /** What the tiles hold and are multiplied in; sums of halves last one step and are then added in f32. */
  readonly scalar: 'f32' | 'f16';
  /** Neighbouring rows of activations that are staged as one vector. */
  readonly rows: Columns;
  /** Neighbouring columns of weights that are staged as one vector. */
  readonly columns: Columns;
  /** Copies of the tiles: with two, one is filled while the other is read, and a step has one barrier. */
  readonly buffers: number;
  /** Quads left free after each row of quads. */
  readonly pad: number;
  /** Whether activations come from other lanes of the subgroup, of which each loads a part, and not each from memory. */
  readonly shuffle: boolean;
}

const LETTERS = 'xyzw';

/** The widest vector that still gives every invocation something, where each has so many values to stage. */
export const widest = (each: number): Columns => (each >= 4 ? 4 : each >= 2 ? 2 : 1);

/** A vector type of 1, 2 or 4. */
export const vectorType = (width: Columns, scalar = 'f32'): string =>
  width === 1 ? scalar : `vec${width}<${scalar}>`;

/** One value of each vector that {@link tileDeclarations} declares, from f32 expressions. */
export function staged(values: readonly string[], { scalar }: Pick<RegisterTile, 'scalar'>): string {
  const width = values.length as Columns;
  const whole = width === 1 ? values[0]! : `${vectorType(width)}(${values.join(', ')})`;
  return scalar === 'f32' ? whole : `${vectorType(width, scalar)}(${whole})`;
}

/** `Accumulators`, `a_tile` and `w_tile`. */
export function tileDeclarations(tile: RegisterTile): string {
  const { BM, BN, BK, TM, TN, scalar, rows, columns, buffers, pad } = tile;
  const of = (quads: number, block: number, width: Columns): string => {
    const row = `array<array<${vectorType(width, scalar)}, ${4 / width}>, ${quads + pad}>`;
    return `array<array<array<array<${row}, ${block / 4}>, 4>, ${BK / 4}>, ${buffers}>`;
  };
  return `alias Accumulators = array<vec4<f32>, ${(TM * TN) / 4}>;

// Indexed so that what varies between invocations is one small index, in range by itself: [buffer][k / 4][k % 4][TM / 4][BM / TM]
// quads of rows and [buffer][k / 4][k % 4][TN / 4][BN / TN] quads of columns, each quad in vectors as wide as they are written.
var<workgroup> a_tile : ${of(BM / TM, TM, rows)};
var<workgroup> w_tile : ${of(BN / TN, TN, columns)};
`;
}

/** The last three indices of element `unit` (in vectors of `width`) of a staged row of `quads` quads a register block. */
export function place(unit: string, width: Columns, quads: number): string {
  const each = 4 / width;
  return `[${unit} / ${quads * each}u][${unit} / ${each}u % ${quads}u][${unit} % ${each}u]`;
}

/** A quad of a staged row, from vectors of any width. */
function quad(row: string, width: Columns, scalar: string): string {
  if (width === 4) return `${row}[0]`;
  return `vec4<${scalar}>(${range(4 / width)
    .map((i) => `${row}[${i}]`)
    .join(', ')})`;
}

/**
 * `multiply`: adds the products of one step. Four steps along K unrolled, so that their addresses are one base plus a constant;
 * not more, because drivers take long over long straight code (lavapipe half a minute for BK of 16).
 */
export function multiply(tile: RegisterTile): string {
  const { BK, TM, TN, scalar, columns, shuffle } = tile;
  const half = scalar === 'f16';
  const sums = half ? 'sums' : '(*acc)';
  const lines: string[] = [...(shuffle ? loadForOthers(tile) : [])];
  for (const k of range(4)) {
    for (const i of range(TM / 4)) lines.push(`let a${k}_${i} = ${activations(tile, k, i)};`);
    for (const j of range(TN / 4))
      lines.push(`let w${k}_${j} = ${quad(`w_tile[buffer][block][${k}][${j}][tx]`, columns, scalar)};`);
    for (const m of range(TM)) {
      for (const j of range(TN / 4)) {
        const at = `${sums}[${(m * TN) / 4 + j}]`;
        lines.push(`${at} = fma(vec4<${scalar}>(a${k}_${m >> 2}.${LETTERS[m % 4]!}), w${k}_${j}, ${at});`);
      }
    }
  }
  const quads = (TM * TN) / 4;
  return `fn multiply(acc : ptr<function, Accumulators>, buffer : u32, tx : u32, ty : u32${shuffle ? ', first : u32' : ''}) {
${half ? `  var sums : array<vec4<f16>, ${quads}>;\n` : ''}  for (var k4 = 0u; k4 < ${BK / 4}u; k4++) {
    // The mask changes nothing; it shows drivers that the constants fit into the offsets of the loads.
    let block = k4 & ${BK / 4 - 1}u;
${indent(lines, 4)}
  }
${half ? `${indent(range(quads).map((i) => `(*acc)[${i}] += vec4<f32>(sums[${i}]);`))}\n` : ''}}
`;
}

/** Quad `i` of the activations of step `k` of four. */
function activations(tile: RegisterTile, k: number, i: number): string {
  const { TM, rows, scalar, shuffle } = tile;
  if (!shuffle) return quad(`a_tile[buffer][block][${k}][${i}][ty]`, rows, scalar);
  const lanes = sharing(tile);
  const part = k * (TM / 4) + i;
  return `subgroupShuffle(own${Math.floor(part / lanes)}, first + ${part % lanes}u)`;
}

/** Lanes that need the same activations. */
const sharing = ({ BN, TN }: RegisterTile): number => BN / TN;

/** Each of the lanes that share activations loads every so many-th quad of four steps. */
function loadForOthers(tile: RegisterTile): string[] {
  const { TM, rows, scalar } = tile;
  const lanes = sharing(tile);
  return range(Math.ceil(TM / lanes)).map((r) => {
    const part = `(tx + ${r * lanes}u) % ${TM}u`;
    const row = `a_tile[buffer][block][${part} / ${TM / 4}u][${part} % ${TM / 4}u][ty]`;
    return `let own${r} = ${quad(row, rows, scalar)};`;
  });
}

/** `store_accumulators`: stores the register tile of an invocation. */
export function storeAccumulators({ BM, BN, TM, TN }: RegisterTile): string {
  const lines = range(TM).flatMap((m) =>
    range(TN / 4).map((j) => {
      const row = `m0 + ty * 4u + ${Math.floor(m / 4) * ((4 * BM) / TM) + (m % 4)}u`;
      return `store4(${row}, n0 + tx * 4u + ${j * ((4 * BN) / TN)}u, (*acc)[${(m * TN) / 4 + j}]);`;
    }),
  );
  return `fn store_accumulators(acc : ptr<function, Accumulators>, m0 : u32, n0 : u32, tx : u32, ty : u32) {
${indent(lines)}
}
`;
}
