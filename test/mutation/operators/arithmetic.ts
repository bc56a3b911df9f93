import type { ModuleText } from '../module-text.ts';
import { type Mutant, replaced } from '../mutant.ts';

/** What stands in the place of a binary operator. */
const BINARY: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '/',
  '==': '!=',
  '!=': '==',
  '&&': '||',
  '||': '&&',
};
const ASSIGNMENTS: Readonly<Record<string, string>> = { '+=': '-=', '-=': '+=', '/=': '-=' };
/** Functions of the same arguments. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  dot4I8Packed: ['dot4U8Packed'],
  dot4U8Packed: ['dot4I8Packed'],
  round: ['floor', 'trunc', 'ceil'],
  min: ['max'],
  max: ['min'],
  abs: [''],
};

/** Operators and functions in each other's place, signs lost, the addend of an fma left out, the arms of a select swapped. */
export const arithmetic = (module: ModuleText): readonly Mutant[] => [
  ...module
    .live(...Object.keys(BINARY))
    .filter((i) => module.endsOperand(i - 1) && !module.isNeutral(i))
    .map((i) =>
      replaced(
        module,
        `${module.word(i)} → ${BINARY[module.word(i)]!}`,
        { from: i, to: i + 1 },
        BINARY[module.word(i)]!,
      ),
    ),
  ...module
    .live('-')
    .filter((i) => !module.endsOperand(i - 1))
    .map((i) => replaced(module, 'sign lost', { from: i, to: i + 1 }, '')),
  ...module
    .live(...Object.keys(ASSIGNMENTS))
    .flatMap((i) =>
      [ASSIGNMENTS[module.word(i)]!, '='].map((other) =>
        replaced(module, `${module.word(i)} → ${other}`, { from: i, to: i + 1 }, other),
      ),
    ),
  ...module.calls().flatMap(({ name, at, open, args }) => {
    const whole = { from: at, to: module.partner[open]! + 1 };
    const [first = '', second = '', third = ''] = args.map((arg) => module.textOf(arg));
    const others = FUNCTIONS[name] ?? [];
    return [
      ...others.map((other) =>
        replaced(module, `${name} → ${other || 'nothing'}`, { from: at, to: at + 1 }, other),
      ),
      ...(name === 'fma' ? [replaced(module, 'addend dropped', whole, `((${first}) * (${second}))`)] : []),
      ...(name === 'select'
        ? [replaced(module, 'arms swapped', whole, `select(${second}, ${first}, ${third})`)]
        : []),
    ];
  }),
];
