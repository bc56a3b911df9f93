import { addressExpression, addressOf, type StorageOrder, storageOrder } from './algebra/address.ts';
import { LayoutError } from './algebra/layout-error.ts';
import { MARLIN_EXPRESSION, MARLIN_ORDER } from './algebra/marlin.ts';
import { parseLayout as parseExpression } from './algebra/parse-layout.ts';
import { localCount } from './algebra/register-layout.ts';
import type { BitOrder, Layout, TilePlacement } from './layout.ts';
import { INTERLEAVED, STREAM } from './placements.ts';

const IN_ORDER = [0, 1, 2, 3, 4, 5, 6, 7];
const PLAIN: BitOrder = { ends: 'lsb', permutation: IN_ORDER, planes: undefined };

/** Orders of the 8 codes of a run that have a name, as which code lies at each place. */
const ORDERS: Readonly<Record<string, readonly number[]>> = {
  awq: [0, 2, 4, 6, 1, 3, 5, 7],
  dp4a: [0, 4, 1, 5, 2, 6, 3, 7],
};

/** What may be written besides a name of {@link LAYOUT_NAMES}. */
export const FREE_LAYOUTS =
  'interleaved or stream, followed by : and any of msb, order=awq|dp4a|8 digits, planes=A+B (widths from the top bits down); ' +
  'or an expression over [n, k] such as local(1,4).spatial(8,1).local(1,8), followed by :vector=CODES if need be';

const SUMMARIES: Readonly<Record<string, string>> = {
  interleaved:
    'Words of NB columns side by side, K-major: one 16-byte load brings four columns, lanes read in a row.',
  stream: 'Each column is one LSB-first bit stream along K; neighbouring lanes read far apart.',
  'interleaved:msb':
    'Interleaved, the first code in the high bits of the first byte (QuantLLM’s source order).',
  'stream:msb': 'Each column is one MSB-first bit stream along K.',
  'interleaved:order=awq': 'Interleaved, the codes of a run in the order 0 2 4 6 1 3 5 7 (AWQ, Marlin).',
  'stream:order=dp4a':
    'A stream, the codes of a run in the order 0 4 1 5 2 6 3 7: masked bytes are ready for dot products.',
  'interleaved:planes=2+4':
    'Interleaved, 6-bit codes split into their top 2 and low 4 bits (QuantLLM’s FP6).',
  'interleaved:planes=1+4':
    'Interleaved, 5-bit codes split into their top bit and low 4 bits (QuantLLM’s FP5).',
  'interleaved:planes=4+1': 'Interleaved, 5-bit codes split into their top 4 bits and low bit.',
  'stream:planes=2+1': 'A stream, 3-bit codes split into their top 2 bits and low bit.',
  marlin: `Tiles of 64 columns by 16 codes in the order in which Marlin’s lanes hold them: ${MARLIN_EXPRESSION}.`,
};

/** All layouts that have a name, the default first. */
export const LAYOUT_NAMES = Object.keys(SUMMARIES) as [string, ...string[]];

const parsed = new Map<string, Layout>();
const REMEMBERED = 256;

/**
 * The layout that a name says: one of {@link LAYOUT_NAMES} or {@link FREE_LAYOUTS}.
 *
 * @throws LayoutError saying what is wrong with it.
 */
export function parseLayout(name: string): Layout {
  const known = parsed.get(name);
  if (known) return known;
  const layout = read(name);
  if (parsed.size >= REMEMBERED) parsed.clear();
  parsed.set(name, layout);
  return layout;
}

function read(name: string): Layout {
  const summary = SUMMARIES[name] ?? 'Written by hand.';
  if (name === 'marlin') return { name, summary, placement: tiles(MARLIN_ORDER), order: PLAIN };
  const [, base = '', modifiers] = /^([^:]*)(?::(.*))?$/s.exec(name) ?? [];
  if (base === 'interleaved' || base === 'stream') {
    const placement = base === 'stream' ? STREAM : INTERLEAVED;
    return { name, summary, placement, order: readOrder(modifiers?.split(',') ?? []) };
  }
  if (!/[(]/.test(base)) {
    throw new LayoutError(
      `There is no layout ${JSON.stringify(name)}: there are ${LAYOUT_NAMES.join(', ')}, and ${FREE_LAYOUTS}.`,
    );
  }
  return { name, summary, placement: tiles(writtenOrder(base, modifiers)), order: PLAIN };
}

function readOrder(modifiers: readonly string[]): BitOrder {
  const keys = modifiers.map((modifier) => modifier.split('=', 1)[0]!);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined) throw new LayoutError(`A layout takes ${JSON.stringify(twice)} once.`);
  return modifiers.reduce(withModifier, PLAIN);
}

function withModifier(order: BitOrder, modifier: string): BitOrder {
  const [, key, value = ''] = /^([^=]*)=?(.*)$/s.exec(modifier) ?? [];
  if (modifier === 'msb') return { ...order, ends: 'msb' };
  if (key === 'order') return { ...order, permutation: readPermutation(value) };
  if (key === 'planes' && /^[1-8](\+[1-8])+$/.test(value)) {
    const planes = value.split('+').map(Number);
    if (planes.reduce((sum, width) => sum + width, 0) <= 8) return { ...order, planes };
  }
  throw new LayoutError(
    `${JSON.stringify(modifier)} changes no layout: there are msb, order=… and planes=A+B of at most 8 bits in all.`,
  );
}

function readPermutation(value: string): readonly number[] {
  if (Object.hasOwn(ORDERS, value)) return ORDERS[value]!;
  const places = Array.from(value, Number);
  if (/^[0-7]{8}$/.test(value) && IN_ORDER.every((code) => places.includes(code))) return places;
  throw new LayoutError(
    `The order ${JSON.stringify(value)} must be ${Object.keys(ORDERS).join(', ')} or the digits 0 to 7 in any order.`,
  );
}

/** Codes of a lane that are loaded at once, unless the expression says otherwise. */
const VECTOR = 8;

function writtenOrder(expression: string, modifiers: string | undefined): StorageOrder {
  const layout = parseExpression(expression);
  const [, written] = /^vector=(\d{1,6})$/.exec(modifiers ?? '') ?? [];
  if (modifiers !== undefined && written === undefined) {
    throw new LayoutError(
      `${JSON.stringify(modifiers)} changes no written layout: there is vector=CODES, how many codes a lane loads at once.`,
    );
  }
  const codes = localCount(layout);
  return storageOrder(
    layout,
    written === undefined ? (codes % VECTOR === 0 ? VECTOR : codes) : Number(written),
  );
}

/** The largest tile in codes: its addresses are computed in one table. */
const MAX_TILE = 2 ** 20;

function tiles(order: StorageOrder): TilePlacement {
  const [columns = 1, depth = 1] = order.layout.shape;
  if (columns * depth > MAX_TILE) {
    throw new LayoutError(
      `A tile of ${String(columns)} × ${String(depth)} codes is larger than ${String(MAX_TILE)}: take a smaller one, tiles repeat.`,
    );
  }
  return {
    kind: 'tiles',
    columns,
    depth,
    address: (n, k) => addressOf(order, n, k),
    addressExpression: (n, k) => addressExpression(order, n, k),
  };
}
