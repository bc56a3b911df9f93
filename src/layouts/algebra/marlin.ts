import { type StorageOrder, storageOrder } from './address.ts';
import { parseLayout } from './parse-layout.ts';

/**
 * Where Marlin (https://github.com/IST-DASLab/marlin, `_get_perms`) puts the codes of a tile [64 n, 16 k].
 *
 * A lane holds the 32 codes that it multiplies in four 16 × 16 tiles side by side: `local(8, 2).spatial(8, 4).local(1, 2)`.
 * The last three bits of a code's number among them are the block of 8 columns, the half of 8 rows and the parity of the
 * row. The nibble order 0 2 4 6 1 3 5 7 within a word puts the last of these bits first. The parity thereby becomes the
 * slowest of them although along k it is the fastest, so it is written as an axis of its own.
 */
export const MARLIN_EXPRESSION = 'local(4, 1, 2).local(2, 2, 1).spatial(8, 4, 1).reshape(64, 16)';

/** The order of Marlin's 4-bit codes in a tile [64 n, 16 k]: each lane loads its 32 codes, four words, at once. */
export const MARLIN_ORDER: StorageOrder = storageOrder(parseLayout(MARLIN_EXPRESSION), 32);
