import type { ModuleText } from '../module-text.ts';
import { type Mutant, replaced } from '../mutant.ts';

const SWAPPED: Readonly<Record<string, string>> = { '&': '|', '|': '&', '^': '|' };

/** Shifts the other way, masks joined instead of cut, and a bit of a mask lost. */
export const bits = (module: ModuleText): readonly Mutant[] => [
  ...module
    .live('<', '>')
    .filter((i) => module.isDoubled(i))
    .map((i) =>
      replaced(module, 'shift reversed', { from: i, to: i + 2 }, module.word(i) === '<' ? '>>' : '<<'),
    ),
  ...module
    .live(...Object.keys(SWAPPED))
    .filter((i) => module.endsOperand(i - 1))
    .map((i) => replaced(module, 'and ↔ or', { from: i, to: i + 1 }, SWAPPED[module.word(i)]!)),
  ...[...module.tokens.keys()].flatMap((i) => {
    const [, digits, suffix = ''] = /^0x([\da-f]+)(u?)$/i.exec(module.word(i)) ?? [];
    if (digits === undefined || !module.isLive(i)) return [];
    const mask = parseInt(digits, 16);
    const lowest = (mask & -mask) >>> 0;
    const highest = mask === 0 ? 0 : 2 ** Math.floor(Math.log2(mask));
    return [...new Set([lowest, highest])]
      .filter((bit) => bit > 0)
      .map((bit) =>
        replaced(
          module,
          'bit of a mask lost',
          { from: i, to: i + 1 },
          `0x${(mask - bit).toString(16)}${suffix}`,
        ),
      );
  }),
];
