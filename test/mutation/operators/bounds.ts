import type { ModuleText } from '../module-text.ts';
import { type Mutant, replaced } from '../mutant.ts';

const RELATIONS: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

/** Comparisons off by one, minima, maxima and clamps left out, guards and parts of guards dropped. */
export const bounds = (module: ModuleText): readonly Mutant[] => [
  ...module
    .live(...Object.keys(RELATIONS))
    .filter((i) => !module.isDoubled(i) && !module.isDoubled(i - 1))
    .map((i) =>
      replaced(module, 'comparison off by one', { from: i, to: i + 1 }, RELATIONS[module.word(i)]!),
    ),
  ...module.calls().flatMap(({ name, at, open, args }) => {
    if (!['min', 'max', 'clamp'].includes(name)) return [];
    const whole = { from: at, to: module.partner[open]! + 1 };
    return args.map((arg) => replaced(module, `${name} dropped`, whole, `(${module.textOf(arg)})`));
  }),
  ...module.live('if').flatMap((at) => {
    const condition = { from: at + 2, to: module.partner[at + 1]! };
    const constant = ['true', 'false'].map((value) =>
      replaced(module, `guard → ${value}`, condition, `${value} || ${value}`),
    );
    const parts = module.parts(condition, '&&', '||');
    if (parts.length < 2) return constant;
    return [
      ...constant,
      ...parts.map((part) => replaced(module, 'half a guard', condition, module.textOf(part))),
    ];
  }),
];
