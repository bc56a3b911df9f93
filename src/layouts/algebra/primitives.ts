import { range } from '../../base/integers.ts';
import { checkSizes, makeLayout } from './make-layout.ts';
import type { RegisterLayout } from './register-layout.ts';

/**
 * One lane holds the whole tile, row by row.
 *
 * @throws LayoutError on a size that cannot be.
 */
export const local = (...shape: number[]): RegisterLayout =>
  makeLayout({ shape, modeShape: shape, spatialModes: [], localModes: range(shape.length) });

/**
 * Each lane holds one element; lanes are numbered row by row.
 *
 * @throws LayoutError on a size that cannot be.
 */
export const spatial = (...shape: number[]): RegisterLayout =>
  makeLayout({ shape, modeShape: shape, spatialModes: range(shape.length), localModes: [] });

/**
 * One lane holds the whole tile, first axis fastest.
 *
 * @throws LayoutError on a size that cannot be.
 */
export const columnLocal = (...shape: number[]): RegisterLayout =>
  makeLayout({ shape, modeShape: shape, spatialModes: [], localModes: range(shape.length).reverse() });

/**
 * Each lane holds one element; lanes are numbered with the first axis fastest.
 *
 * @throws LayoutError on a size that cannot be.
 */
export const columnSpatial = (...shape: number[]): RegisterLayout =>
  makeLayout({ shape, modeShape: shape, spatialModes: range(shape.length).reverse(), localModes: [] });

/**
 * A tile of one element that each of `lanes` lanes holds.
 *
 * @throws LayoutError if `lanes` is not a whole number of at least 1.
 */
export function replicated(lanes: number): RegisterLayout {
  checkSizes([lanes]);
  return makeLayout({ shape: [1], modeShape: [1], spatialModes: [-lanes], localModes: [0] });
}
