import { bracketed, type Span, type WgslModule } from './module.ts';
import { type Typed, unitsOf } from './workgroup-shape.ts';
import { ADDED } from './wrap-entry.ts';

/** How an access goes from a variable to what it accesses. */
export interface Path {
  readonly variable: string;
  readonly indices: readonly Span[];
  /** What follows the variable in WGSL, with `[i0]`, `[i1]`, … for the indices. */
  readonly access: string;
  /** The number of its first unit, a u32 expression over `i0`, `i1`, …; WGSL takes an index that is too large for the last. */
  readonly first: string;
  /** What it accesses. */
  readonly typed: Typed;
  /** The token behind it. */
  readonly end: number;
}

/** The access that begins with the name of a variable of a type. */
export function pathAt({ tokens }: WgslModule, at: number, variable: Typed): Path {
  const name = tokens[at]!.text;
  let path: Path = {
    variable: name,
    indices: [],
    access: '',
    first: `${ADDED}first_${name}`,
    typed: variable,
    end: at + 1,
  };
  for (;;) {
    const next = stepped(tokens, path);
    if (!next) return path;
    path = next;
  }
}

/** A path with one index or member more; undefined where it has no more. */
function stepped(tokens: WgslModule['tokens'], path: Path): Path | undefined {
  const { shape, type } = path.typed;
  const { text } = tokens[path.end]!;
  if (text === '[' && (shape.kind === 'array' || shape.kind === 'matrix')) {
    const name = `i${path.indices.length}`;
    const index = bracketed(tokens, path.end);
    const [count, of] =
      shape.kind === 'array' ? [shape.count, shape.of] : [`${shape.columns}u`, columnOf(type)];
    return {
      ...path,
      indices: [...path.indices, index],
      access: `${path.access}[${name}]`,
      first: `${path.first} + min(${name}, ${count} - 1u) * ${unitsOf(of)}`,
      typed: of,
      end: index.to + 1,
    };
  }
  if (text !== '.' || shape.kind !== 'struct') return undefined;
  const name = tokens[path.end + 1]!.text;
  const place = shape.members.findIndex((member) => member.name === name);
  const before = shape.members.slice(0, place).map(({ of }) => ` + ${unitsOf(of)}`);
  return {
    ...path,
    access: `${path.access}.${name}`,
    first: path.first + before.join(''),
    typed: shape.members[place]!.of,
    end: path.end + 2,
  };
}

/** A column of a matrix. */
const columnOf = (matrix: string): Typed => ({
  shape: { kind: 'unit' },
  type: matrix.replace(/^mat\dx(\d)/, 'vec$1'),
});

/** The access of a path with other expressions for its indices. */
export function accessWith({ variable, access }: Path, indices: readonly string[]): string {
  // From the last on, so that what is put in is not looked through.
  const all = indices.reduceRight((text, index, i) => text.replace(`[i${i}]`, () => `[${index}]`), access);
  return variable + all;
}
