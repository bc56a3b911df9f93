import { listed, type Span, textOf, type WgslModule } from './module.ts';
import { WgslTextError } from './tokens.ts';

/**
 * How a variable in workgroup memory divides into units, the smallest parts that lanes may write apart from each other. A unit
 * is a scalar or a vector: a write to a component may access all of its vector (WGSL, "Component Reference from Vector Memory
 * View"; gpuweb issue 2112), so that two lanes that write two components of one vector race.
 */
export type Shape =
  | { readonly kind: 'unit' | 'atomic' }
  | {
      readonly kind: 'array';
      /** As the text has it, an expression over its constants. */
      readonly count: string;
      readonly of: Typed;
    }
  | { readonly kind: 'matrix'; readonly columns: number }
  | { readonly kind: 'struct'; readonly members: readonly { readonly name: string; readonly of: Typed }[] };

/** A shape and the type that has it, as the text has it. */
export interface Typed {
  readonly shape: Shape;
  readonly type: string;
}

const UNIT = /^(?:f32|f16|i32|u32|bool|vec[234][fhiu]?)$/;
const MATRIX = /^mat([234])x[234][fh]?$/;

/**
 * The shape of a type.
 *
 * @throws WgslTextError for a type that workgroup memory cannot hold.
 */
export function typedAt(module: WgslModule, span: Span): Typed {
  const type = textOf(module, span);
  const name = module.tokens[span.from]?.text ?? '';
  const alias = module.aliases.get(name);
  if (alias) return { ...typedAt(module, alias), type };
  const members = module.structs.get(name);
  if (members) {
    const shapes = members.map((member) => ({ name: member.name, of: typedAt(module, member.type) }));
    return { type, shape: { kind: 'struct', members: shapes } };
  }
  if (name === 'array') {
    const [of, count] = listed(module.tokens, { from: span.from + 2, to: span.to - 1 });
    if (!of || !count) throw new WgslTextError(`the array ${type} has no size`);
    return {
      type,
      shape: { kind: 'array', count: `u32(${textOf(module, count)})`, of: typedAt(module, of) },
    };
  }
  if (name === 'atomic') return { type, shape: { kind: 'atomic' } };
  const matrix = MATRIX.exec(name);
  if (matrix) return { type, shape: { kind: 'matrix', columns: Number(matrix[1]) } };
  if (UNIT.test(name)) return { type, shape: { kind: 'unit' } };
  throw new WgslTextError(`the type ${type} is not known`);
}

/** Units of a shape, as a u32 expression. */
export function unitsOf({ shape }: Typed): string {
  switch (shape.kind) {
    case 'unit':
    case 'atomic':
      return '1u';
    case 'array':
      return `(${shape.count} * ${unitsOf(shape.of)})`;
    case 'matrix':
      return `${shape.columns}u`;
    case 'struct':
      return `(${shape.members.map(({ of }) => unitsOf(of)).join(' + ')})`;
  }
}

/** The array sizes in a shape, outermost first, as u32 expressions: what {@link placeOf} asks for as numbers. */
export function countsOf({ shape }: Typed): readonly string[] {
  switch (shape.kind) {
    case 'unit':
    case 'atomic':
    case 'matrix':
      return [];
    case 'array':
      return [shape.count, ...countsOf(shape.of)];
    case 'struct':
      return shape.members.flatMap(({ of }) => countsOf(of));
  }
}

/** Whether any part of a shape is atomic. */
export function holdsAtomics(shape: Shape): boolean {
  switch (shape.kind) {
    case 'atomic':
      return true;
    case 'unit':
    case 'matrix':
      return false;
    case 'array':
      return holdsAtomics(shape.of.shape);
    case 'struct':
      return shape.members.some(({ of }) => holdsAtomics(of.shape));
  }
}

/** Units of a shape whose array sizes are known. @param counts are taken from its front. */
function unitsBy({ shape }: Typed, counts: number[]): number {
  switch (shape.kind) {
    case 'unit':
    case 'atomic':
      return 1;
    case 'array':
      return counts.shift()! * unitsBy(shape.of, counts);
    case 'matrix':
      return shape.columns;
    case 'struct':
      return shape.members.reduce((sum, { of }) => sum + unitsBy(of, counts), 0);
  }
}

/** How many units a shape has. @param counts as {@link countsOf} lists them. */
export const unitCount = (typed: Typed, counts: readonly number[]): number => unitsBy(typed, [...counts]);

/**
 * The place of a unit in its variable as WGSL writes it: `[1][3].sum`.
 *
 * @param unit counted from the variable's first.
 * @param counts as {@link countsOf} lists them.
 */
export function placeOf({ shape }: Typed, unit: number, counts: readonly number[]): string {
  switch (shape.kind) {
    case 'unit':
    case 'atomic':
      return '';
    case 'array': {
      const inner = counts.slice(1);
      const each = unitCount(shape.of, inner);
      return `[${Math.floor(unit / each)}]${placeOf(shape.of, unit % each, inner)}`;
    }
    case 'matrix':
      return `[${unit}]`;
    case 'struct': {
      let [before, at] = [0, 0];
      for (const { name, of } of shape.members) {
        const inner = counts.slice(at, at + countsOf(of).length);
        const units = unitCount(of, inner);
        if (unit < before + units) return `.${name}${placeOf(of, unit - before, inner)}`;
        before += units;
        at += inner.length;
      }
      return '';
    }
  }
}
