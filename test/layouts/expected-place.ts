import { parseLayout as parseExpression } from '../../src/layouts/algebra/parse-layout.ts';
import { indexOf, laneCount, localCount } from '../../src/layouts/algebra/register-layout.ts';
import type { BitOrder, ChunkPlacement, Geometry, Layout } from '../../src/layouts/layout.ts';

/** Where bit `bit` of code (n, k) lies in the packed words: word · 32 + bit of the word. */
export type BitPlace = (n: number, k: number, bit: number) => number;

/** Where a layout puts bits by its description, one bit at a time. */
export function expectedPlace({ name, placement, order }: Layout, geometry: Geometry): BitPlace {
  return placement.kind === 'tiles'
    ? placeInTiles(name, geometry)
    : placeInChunks(placement, order, geometry);
}

function placeInChunks({ id }: ChunkPlacement, order: BitOrder, geometry: Geometry): BitPlace {
  const { paddedK, bits, NB } = geometry;
  const chunks = paddedK / 32;
  const planes = Array.from({ length: bits }, (_, bit) => planeOfBit(order, bits, bit));
  return (n, k, bit) => {
    const chunk = Math.floor(k / 32);
    const { firstWord, width, within } = planes[bit]!;
    const codesBefore = 8 * Math.floor((k % 32) / 8) + order.permutation.indexOf(k % 8);
    const fromTop = codesBefore * width + (width - 1 - within);
    const inPlane =
      order.ends === 'lsb' ? codesBefore * width + within : 8 * Math.floor(fromTop / 8) + (7 - (fromTop % 8));
    const word = firstWord + Math.floor(inPlane / 32);
    const at =
      id === 'stream'
        ? // [N][K / 32][bits]
          n * chunks * bits + chunk * bits + word
        : // [N / NB][K / 32][bits][NB]
          Math.floor(n / NB) * chunks * bits * NB + chunk * bits * NB + word * NB + (n % NB);
    return 32 * at + (inPlane % 32);
  };
}

/** Which part of a code a bit belongs to, from the top bits down; each part has a word for each of its bits. */
function planeOfBit(
  { planes }: BitOrder,
  bits: number,
  bit: number,
): { readonly firstWord: number; readonly width: number; readonly within: number } {
  const before = bits - 1 - bit;
  let firstWord = 0;
  for (const width of planes ?? [bits]) {
    if (before < firstWord + width) return { firstWord, width, within: bit - (bits - firstWord - width) };
    firstWord += width;
  }
  throw new Error(`bit ${bit} is in no plane`);
}

/** The vectors of the lanes one after the other, then their next vectors; tiles [N / columns][K / depth]. */
function placeInTiles(name: string, { paddedK, bits }: Geometry): BitPlace {
  const [written = '', modifier = ''] = name.split(':');
  const marlin = written === 'marlin';
  const layout = parseExpression(marlin ? MARLIN : written);
  const [lanes, locals] = [laneCount(layout), localCount(layout)];
  const whole = modifier === '' ? (locals % 8 === 0 ? 8 : locals) : Number(modifier.replace('vector=', ''));
  const vector = marlin ? 32 : whole;
  const [columns = 1, depth = 1] = layout.shape;
  const addresses = new Map<string, number>();
  for (let lane = 0; lane < lanes; lane++) {
    for (let local = 0; local < locals; local++) {
      const at = (Math.floor(local / vector) * lanes + lane) * vector + (local % vector);
      addresses.set(indexOf(layout, lane, local).join(), at);
    }
  }
  return (n, k, bit) => {
    const tile = Math.floor(n / columns) * (paddedK / depth) + Math.floor(k / depth);
    const address = addresses.get(`${n % columns},${k % depth}`)!;
    return (tile * columns * depth + address) * bits + bit;
  };
}

const MARLIN = 'local(4, 1, 2).local(2, 2, 1).spatial(8, 4, 1).reshape(64, 16)';

/** Bits of a number stored from bit `at` of a stream of words on, low bits first. */
export function bitsAt(words: Uint32Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value += 2 ** i * bitAt(words, at + i);
  return value;
}

/** One bit of a stream of words. */
export const bitAt = (words: Uint32Array, at: number): number =>
  (words[Math.floor(at / 32)]! >>> (at % 32)) & 1;
