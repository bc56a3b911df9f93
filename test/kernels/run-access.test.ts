import { describe, expect, test } from 'vitest';
import { range } from '../../src/base/integers.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { type RunAccess, runAccess } from '../../src/kernels/run-access.ts';
import { LAYOUT_WGSL } from '../../src/kernels/wgsl.ts';
import {
  CHUNK,
  type ChunkPlacement,
  type Geometry,
  type Layout,
  RUN,
  type TilePlacement,
} from '../../src/layouts/layout.ts';
import { packCodes } from '../../src/layouts/pack-codes.ts';
import { parseLayout } from '../../src/layouts/registry.ts';
import { evaluateU32, type U32Functions } from '../layouts/algebra/wgsl-integers.ts';
import { bitsAt } from '../layouts/expected-place.ts';
import { geometryOf, LAYOUT_WIDTHS, randomCodes } from '../layouts/known-layouts.ts';
import { weightFormat } from '../support/weight-format.ts';

const problemOf = (layout: string, bits: number): GemmProblem => ({
  M: 1,
  N: 8,
  K: 64,
  format: weightFormat({ element: `uint${bits}` }),
  layout,
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
});

interface Packed {
  readonly layout: Layout;
  readonly geometry: Geometry;
  readonly words: Uint32Array;
  /** [paddedN, paddedK] */
  readonly codes: Uint8Array;
}

function packRandom(layout: Layout, bits: number): Packed {
  const geometry = geometryOf(layout, bits, { N: 8, K: 64, NB: 4, padN: 0, padK: 0 });
  const { paddedN, paddedK } = geometry;
  const codes = randomCodes(paddedN * paddedK, bits, 11);
  const words = packCodes((n, k) => codes[n * paddedK + k]!, layout, geometry);
  return { layout, geometry, words, codes };
}

/** What kernels call to read words of chunks, of one column. */
const chunkReads = (placement: ChunkPlacement, { geometry, words }: Packed): U32Functions => ({
  words: (n = NaN, chunk = NaN, i = NaN) => {
    if (!(i < geometry.bits)) throw new Error(`word ${i} of a chunk of ${geometry.bits}`);
    return words[placement.wordIndex(geometry, n, chunk, i)]!;
  },
});

/** What kernels call to read single codes, by the statements of the shader. */
function tileReads(placement: TilePlacement, { geometry, words }: Packed): U32Functions {
  const constants = {
    TILE_COLUMNS: placement.columns,
    TILE_DEPTH: placement.depth,
    PADDED_K: geometry.paddedK,
    BITS: geometry.bits,
  };
  const address = placement.addressExpression('n', 'k');
  const tile_address = (n = NaN, k = NaN): number => evaluateU32(address, { n, k });
  const wanted = ['tile', 'address', 'bit'];
  const statements = statementsOf(LAYOUT_WGSL.tiles.wgsl).filter(({ name }) => wanted.includes(name));
  return {
    codes_at: (n = NaN, k = NaN) => {
      const names = evaluateAll(statements, { ...constants, n, k }, { tile_address });
      return bitsAt(words, names['bit']!, geometry.bits);
    },
  };
}

interface Statement {
  readonly name: string;
  readonly expression: string;
}

/** The `let` statements of a text. */
const statementsOf = (wgsl: string): Statement[] =>
  [...wgsl.matchAll(/\blet (\w+) = ([^;]*);/gu)].map(([, name = '', expression = '']) => ({
    name,
    expression,
  }));

/** Binds the names of statements one after the other; a name is bound once. */
function evaluateAll(
  statements: readonly Statement[],
  names: Readonly<Record<string, number>>,
  functions: U32Functions,
): Record<string, number> {
  const bound: Record<string, number> = { ...names };
  for (const { name, expression } of statements) {
    if (name in bound) throw new Error(`${name} twice`);
    bound[name] = evaluateU32(expression, bound, functions);
  }
  return bound;
}

/** How kernels write a place: chunk and run as names, as parenthesized or as bare quotients of the run's number. */
const SPELLINGS = [
  { chunk: 'chunk', loaded: 'run', taken: 'run' },
  { chunk: '(r / 4u)', loaded: '(r % 4u)', taken: '(r % 4u)' },
  { chunk: 'r / 4u', loaded: 'r % 4u', taken: '((r + 4u) % 4u)' },
];

/** The codes of one run of one column, as the WGSL computes them. */
function readRun(
  access: RunAccess,
  functions: U32Functions,
  { chunk, loaded, taken }: (typeof SPELLINGS)[number],
  place: { readonly n: number; readonly chunk: number; readonly run: number },
): number[] {
  const names = { ...place, r: 4 * place.chunk + place.run };
  const fetched = range(access.count).map((i) => `w${i}`);
  const loads = fetched.map((name, i) => ({ name, expression: access.load(i, 'n', chunk, loaded) }));
  const { statements, codes } = access.codes(fetched, taken, 'x');
  const taking = statements.flatMap((statement) => {
    const found = statementsOf(statement);
    if (found.length !== 1) throw new Error(`no statement: ${statement}`);
    return found;
  });
  const bound = evaluateAll([...loads, ...taking], names, functions);
  return codes.map((code) => evaluateU32(code, bound));
}

/** Whether the WGSL for a problem reads every code out of packed words. */
function readsAll(access: RunAccess, packed: Packed): boolean {
  const { layout, geometry, codes } = packed;
  const { placement } = layout;
  const functions = placement.kind === 'tiles' ? tileReads(placement, packed) : chunkReads(placement, packed);
  for (let n = 0; n < 8; n++) {
    for (let k = 0; k < 64; k += RUN) {
      const place = { n, chunk: Math.floor(k / CHUNK), run: (k % CHUNK) / RUN };
      const at = n * geometry.paddedK + k;
      const read = readRun(access, functions, SPELLINGS[n % SPELLINGS.length]!, place);
      if (read.length !== RUN || read.some((code, j) => code !== codes[at + j])) return false;
    }
  }
  return true;
}

test.each(LAYOUT_WIDTHS)('%s, %i bits: the WGSL reads every code', (name, bits) => {
  expect(readsAll(runAccess(problemOf(name, bits)), packRandom(parseLayout(name), bits))).toBe(true);
});

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 1],
  [5, 2],
  [6, 2],
  [7, 3],
  [8, 2],
])('a run of %i-bit codes lies in at most %i words, which are all that is fetched', (bits, words) => {
  // The bytes of run r are bits · r … bits · (r + 1) − 1.
  const inWords = range(CHUNK / RUN).map(
    (run) => Math.floor((bits * (run + 1) - 1) / 4) - Math.floor((bits * run) / 4) + 1,
  );
  expect(Math.max(...inWords)).toBe(words);
  expect(runAccess(problemOf('stream', bits)).count).toBe(words);
});

test('planes are fetched apart', () => {
  expect(runAccess(problemOf('interleaved:planes=2+4', 6)).count).toBe(2);
  expect(runAccess(problemOf('interleaved:planes=1+2+3', 6)).count).toBe(4);
});

test('the evaluator of this test follows WGSL, and refuses what WGSL does', () => {
  expect(evaluateU32('(a >> 4u) & 15u', { a: 0xfedcba98 })).toBe(9);
  expect(evaluateU32('a << 4u', { a: 0xfedcba98 })).toBe(0xedcba980);
  expect(evaluateU32('a * 3u + 1u', { a: 0x60000000 })).toBe(0x20000001);
  expect(evaluateU32('min(a + 1u, 3u) | (b & 4u) | 8u', { a: 7, b: 6 })).toBe(15);
  expect(evaluateU32('31u - a - 1u', { a: 24 })).toBe(6);
  expect(evaluateU32('f(1u, g(2u))', {}, { f: (x = 0, y = 0) => 10 * x + y, g: (x = 0) => x + 1 })).toBe(13);
  for (const wrong of ['a << 32u', 'a + 1u << 2u', 'a & 1u | 2u', 'a >> 1u >> 1u', 'a & 1u + 1u', 'h(a)']) {
    expect(() => evaluateU32(wrong, { a: 1 })).toThrow();
  }
});

describe('the comparison notices', () => {
  test.each([
    ['two codes exchanged', 'interleaved:order=awq', 'interleaved:order=02461375', 4],
    ['planes the other way round', 'interleaved:planes=2+4', 'interleaved:planes=4+2', 6],
    ['planes of a code that has none', 'stream', 'stream:planes=2+1', 3],
    ['the other end first', 'stream:msb', 'stream', 5],
  ])('%s', (_, packedAs, readAs, bits) => {
    const packed = packRandom(parseLayout(packedAs), bits);
    expect(readsAll(runAccess(problemOf(packedAs, bits)), packed)).toBe(true);
    expect(readsAll(runAccess(problemOf(readAs, bits)), packed)).toBe(false);
  });

  test('a tile whose lanes load other vectors', () => {
    const written = 'local(2,2).spatial(8,4).local(1,2)';
    const packed = packRandom(parseLayout(`${written}:vector=4`), 4);
    const access = runAccess(problemOf(written, 4));
    expect(readsAll(access, packed)).toBe(true);
    expect(readsAll(access, { ...packed, layout: parseLayout(written) })).toBe(false);
  });

  test('a shift that is off by one bit', () => {
    const access = runAccess(problemOf('stream', 3));
    const broken: RunAccess = {
      ...access,
      codes: (...args) => {
        const { statements, codes } = access.codes(...args);
        return { statements: statements.map((text) => text.replace('>> 3u', '>> 4u')), codes };
      },
    };
    expect(readsAll(broken, packRandom(parseLayout('stream'), 3))).toBe(false);
  });
});
