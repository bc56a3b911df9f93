import { formatName } from '../formats/format.ts';
import { DEFAULT_SPEC, formatOf } from '../io/spec.ts';
import { tileText } from '../kernels/tile.ts';
import type { Winner } from '../tune/winners.ts';

/** Kernel and tile of a winner: `naive with WX=32 WY=8`. */
export const wonWith = ({ kernel, params }: Pick<Winner, 'kernel' | 'params'>): string =>
  `${kernel} with ${tileText(params, ' ')}`;

/** What a winner was measured on: `M 4, N 64, K 64, int4-g32, interleaved, hot cache`. */
export const wonFor = ({ shape: { m, n, k }, format, layout, cache }: Winner): string =>
  [
    `M ${m}, N ${n}, K ${k}`,
    // The rule that chose the scales is not in the name.
    formatName(formatOf({ ...format, rule: DEFAULT_SPEC.rule })),
    layout,
    ...(cache ? [`${cache} cache`] : []),
  ].join(', ');

/** The adapter of a winner. */
export const wonOn = ({ adapter: { vendor, architecture, description } }: Winner): string =>
  description || [vendor, architecture].filter(Boolean).join(' ') || 'an unnamed adapter';
