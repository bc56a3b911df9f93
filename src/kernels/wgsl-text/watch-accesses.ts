import { accessWith, type Path, pathAt } from './access-path.ts';
import { type Assignment, assignmentAt, beginsInBrackets } from './assignment.ts';
import type { Edit } from './edits.ts';
import { matrixAccessAt } from './matrix-access.ts';
import { bracketed, type Span, type WgslFunction, type WgslModule } from './module.ts';
import { referencesIn } from './references.ts';
import { WgslTextError } from './tokens.ts';
import { holdsAtomics, type Typed, typedAt, unitsOf } from './workgroup-shape.ts';
import { ADDED } from './wrap-entry.ts';

/** A place in a text where workgroup memory is accessed, or where all lanes wait for each other. */
export interface Site {
  readonly kind: 'read' | 'write' | 'barrier';
  /** 1-based. */
  readonly line: number;
}

/** Every access to workgroup memory made to tell of itself. */
export interface Watched {
  readonly edits: readonly Edit[];
  /**
   * Functions that the edits call, to be put behind the module. They call `subbyte_note(site, unit)` and know the number of a
   * variable's first unit as `subbyte_first_` and its name; those for matrices of subgroups also know which of how many lanes
   * of its subgroup an invocation is, `subbyte_subgroup_lane` and `subbyte_subgroup_lanes`.
   */
  readonly functions: string;
  /** By their numbers, which begin with 1. */
  readonly sites: readonly Site[];
}

/** Site numbers, which begin with 1, have 14 bits in an entry of a log. */
const MOST_SITES = 2 ** 14 - 1;

/** Names of WGSL that must mean here what WGSL says: a text may declare others under them. */
const RELIED_ON = [
  ...['workgroupBarrier', 'workgroupUniformLoad', 'subgroupMatrixLoad', 'subgroupMatrixStore'],
  ...['min', 'select', 'countLeadingZeros', 'arrayLength', 'u32', 'vec3', 'array', 'atomic'],
] as const;

/** Stands for a function's own name in its text. */
const NAME = `${ADDED}name`;

/** What takes the place of some tokens, and the token behind them. */
interface Replacement {
  readonly text: string;
  readonly next: number;
}

/**
 * Makes functions of a module tell of each access to workgroup memory and each barrier in them: reads become calls of functions
 * that note and read, writes are followed by a note. Atomic variables are let be, for atomic accesses do not race.
 *
 * @throws WgslTextError for an access that cannot be followed, such as one through a pointer.
 */
export function watchAccesses(module: WgslModule, functions: readonly WgslFunction[]): Watched {
  const { structs, aliases } = module;
  const own = RELIED_ON.find((name) => module.functions.has(name) || structs.has(name) || aliases.has(name));
  if (own !== undefined) throw new WgslTextError(`it declares a ${own} of its own, which WGSL has already`);
  return new Watcher(module).watch(functions);
}

class Watcher {
  readonly #module: WgslModule;
  readonly #variables: ReadonlyMap<string, Typed>;
  readonly #sites: Site[] = [];
  /** The names of the functions that are called, by their texts. */
  readonly #functions = new Map<string, string>();
  /** Tokens that name a variable in workgroup memory. */
  #references: ReadonlySet<number> = new Set();
  /** Of each token, the bracket around it. */
  readonly #brackets: readonly number[];

  constructor(module: WgslModule) {
    this.#module = module;
    this.#variables = new Map([...module.workgroup].map(([name, type]) => [name, typedAt(module, type)]));
    this.#brackets = bracketsOf(module);
  }

  watch(functions: readonly WgslFunction[]): Watched {
    const has = (name: string): boolean => this.#variables.has(name);
    const edits = functions.map((each) => {
      this.#references = new Set(referencesIn(this.#module, each, { kind: 'module', has }));
      return { ...each.body, text: this.#rewritten(each.body) };
    });
    const texts = [...this.#functions].map(([text, name]) => text.replaceAll(NAME, name));
    return {
      edits: edits.filter(({ from, to }) => from < to),
      functions: texts.join('\n'),
      sites: this.#sites,
    };
  }

  /** A stretch with its accesses watched. */
  readonly #rewritten = ({ from, to }: Span): string => {
    const { text, tokens } = this.#module;
    let result = '';
    let at = from;
    while (at < to) {
      if (at > from) result += text.slice(tokens[at - 1]!.end, tokens[at]!.start);
      const replacement = this.#replacement(at);
      result += replacement?.text ?? tokens[at]!.text;
      at = replacement?.next ?? at + 1;
    }
    return result;
  };

  /** What takes the place of what begins at a token; undefined where nothing does. */
  #replacement(at: number): Replacement | undefined {
    if (this.#references.has(at)) return this.#access(at);
    switch (this.#module.tokens[at]!.text) {
      case 'workgroupBarrier':
        return { text: `${ADDED}barrier(${this.#site('barrier', at)})`, next: at + 3 };
      case 'workgroupUniformLoad':
        return this.#uniformLoad(at);
      case 'subgroupMatrixLoad':
      case 'subgroupMatrixStore':
        return this.#matrix(at);
      default:
        return undefined;
    }
  }

  #access(at: number): Replacement {
    const { tokens } = this.#module;
    const path = this.#path(at);
    const { shape } = path.typed;
    if (shape.kind === 'atomic') return { text: this.#raw(path), next: path.end };
    if (tokens[at - 1]!.text === '&' && !endsOperand(tokens[at - 2]!)) {
      throw this.#cannot(at, `a pointer to ${path.variable} is passed on`);
    }
    if (holdsAtomics(shape)) throw this.#cannot(at, `${path.variable} is accessed together with its atomics`);
    if (beginsInBrackets(tokens, at)) throw this.#cannot(at, `${path.variable} stands in brackets`);
    const assignment = assignmentAt(tokens, at);
    return assignment ? this.#write(at, path, assignment) : this.#read(at, path);
  }

  #read(at: number, path: Path): Replacement {
    const { typed, indices } = path;
    const name = this.#function(`fn ${NAME}(site : u32${parametersOf(path)}) -> ${typed.type} {
  ${this.#note(path)}(${['site', ...namesOf(path)].join(', ')});
  return ${accessWith(path, namesOf(path))};
}
`);
    const passed = [this.#site('read', at), ...indices.map((index) => `u32(${this.#rewritten(index)})`)];
    return { text: `${name}(${passed.join(', ')})`, next: path.end };
  }

  /** An assignment, in a block of its own in which its indices have names. */
  #write(at: number, path: Path, { end }: Assignment): Replacement {
    const { text, tokens } = this.#module;
    if (tokens[this.#brackets[at]!]?.text !== '{') {
      throw this.#cannot(at, `${path.variable} is written in the head of a loop`);
    }
    const names = path.indices.map((_, i) => `${ADDED}i${i}`);
    const lets = path.indices.map((index, i) => `let ${names[i]!} = u32(${this.#rewritten(index)});`);
    const space = text.slice(tokens[path.end - 1]!.end, tokens[path.end]!.start);
    const rest = space + this.#rewritten({ from: path.end, to: end });
    const note = `${this.#note(path)}(${[this.#site('write', at), ...names].join(', ')});`;
    return {
      text: `{ ${[...lets, `${accessWith(path, names)}${rest};`, note].join(' ')} }`,
      next: end + 1,
    };
  }

  /** All lanes wait, read what is the same for all, and wait again. */
  #uniformLoad(at: number): Replacement {
    const { tokens } = this.#module;
    const { from, to } = bracketed(tokens, at + 1);
    if (tokens[from]?.text !== '&' || !this.#references.has(from + 1)) {
      throw this.#cannot(at, 'workgroupUniformLoad is given a pointer that is not known');
    }
    const path = this.#path(from + 1);
    const { shape, type } = path.typed;
    const value = shape.kind === 'atomic' ? type.replace(/^atomic\s*<(.*)>$/s, '$1') : type;
    const name = this.#function(`fn ${NAME}(site : u32, value : ${value}) -> ${value} {
  ${ADDED}note(site, 0u);
  return value;
}
`);
    return {
      text: `${name}(${this.#site('barrier', at)}, workgroupUniformLoad(&${this.#raw(path)}))`,
      next: to + 1,
    };
  }

  /** A matrix that the lanes of a subgroup load or store together: each notes a part of its elements. */
  #matrix(at: number): Replacement | undefined {
    const access = matrixAccessAt(this.#module, at);
    if (access.kind === 'other') return undefined;
    const path = this.#references.has(access.variable) ? this.#path(access.variable) : undefined;
    const { shape } = path?.typed ?? {};
    if (!path || shape?.kind !== 'array' || shape.of.shape.kind !== 'unit') {
      throw this.#cannot(at, `${this.#module.tokens[at]!.text} is given a pointer that is not known`);
    }
    const { lines, along } = access;
    const name = this
      .#function(`fn ${NAME}(site : u32${parametersOf(path)}, offset : u32, stride : u32) -> u32 {
  for (var e = ${ADDED}subgroup_lane; e < ${lines}u * ${along}u; e += ${ADDED}subgroup_lanes) {
    ${ADDED}note(site, ${path.first} + offset + e / ${along}u * stride + e % ${along}u);
  }
  return offset;
}
`);
    const [offset, ...values] = access.values.map(this.#rewritten);
    const indices = path.indices.map((index) => `u32(${this.#rewritten(index)})`);
    const noted = [this.#site(access.kind, at), ...indices, offset, values.at(-1)!].join(', ');
    return {
      text: `${access.head}${[`&${this.#raw(path)}`, `${name}(${noted})`, ...values].join(', ')})`,
      next: access.next,
    };
  }

  #path(at: number): Path {
    return pathAt(this.#module, at, this.#variables.get(this.#module.tokens[at]!.text)!);
  }

  /** The function that notes the units of a path. */
  #note(path: Path): string {
    const note =
      path.typed.shape.kind === 'unit'
        ? `${ADDED}note(site, ${path.first});`
        : `let first = ${path.first};
  for (var unit = 0u; unit < ${unitsOf(path.typed)}; unit++) {
    ${ADDED}note(site, first + unit);
  }`;
    return this.#function(`fn ${NAME}(site : u32${parametersOf(path)}) {
  ${note}
}
`);
  }

  /** The path as it stands, its indices watched. */
  #raw(path: Path): string {
    return accessWith(path, path.indices.map(this.#rewritten));
  }

  #site(kind: Site['kind'], at: number): string {
    this.#sites.push({ kind, line: this.#module.tokens[at]!.line });
    if (this.#sites.length > MOST_SITES) {
      throw new WgslTextError(`it has more than ${MOST_SITES} accesses to watch`);
    }
    return `${this.#sites.length}u`;
  }

  #function(text: string): string {
    const known = this.#functions.get(text);
    if (known !== undefined) return known;
    const name = `${ADDED}f${this.#functions.size}`;
    this.#functions.set(text, name);
    return name;
  }

  #cannot(at: number, what: string): WgslTextError {
    return new WgslTextError(`in line ${this.#module.tokens[at]!.line} ${what}`);
  }
}

const namesOf = ({ indices }: Path): readonly string[] => indices.map((_, i) => `i${i}`);

/** Parameters of a function for the indices of a path. */
const parametersOf = (path: Path): string =>
  namesOf(path)
    .map((name) => `, ${name} : u32`)
    .join('');

/** Whether an operand ends with a token, so that a sign behind it stands between two. */
const endsOperand = ({ kind, text }: WgslModule['tokens'][number]): boolean =>
  (kind !== 'symbol' && text !== 'return') || text === ')' || text === ']';

/** Of each token, the index of the bracket that it stands in; −1 outside of all. */
function bracketsOf({ tokens }: WgslModule): readonly number[] {
  const open: number[] = [];
  return tokens.map(({ text }, i) => {
    if (')]}'.includes(text)) open.pop();
    const around = open.at(-1) ?? -1;
    if ('([{'.includes(text)) open.push(i);
    return around;
  });
}
