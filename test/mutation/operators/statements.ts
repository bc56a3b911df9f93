import type { ModuleText } from '../module-text.ts';
import { type Mutant, replaced } from '../mutant.ts';

const isBarrier = (text: string): boolean => /^\w+Barrier\(\);$/.test(text);

/** Assignments and calls left out. */
export const statements = (module: ModuleText): readonly Mutant[] =>
  module
    .statements()
    .filter((range) => !isBarrier(module.textOf(range)))
    .map((range) => replaced(module, 'statement dropped', range, ''));

/** Barriers left out, one at a time. */
export const barriers = (module: ModuleText): readonly Mutant[] =>
  module
    .statements()
    .filter((range) => isBarrier(module.textOf(range)))
    .map((range) => replaced(module, 'barrier dropped', range, ''));
