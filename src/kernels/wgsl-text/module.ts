import { type Token, tokensOf, WgslTextError } from './tokens.ts';

/** A stretch of a module's tokens: `from` is its first, `to` the one behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A member of a struct, or a parameter of a function. */
export interface Member {
  readonly name: string;
  /** Its attributes, empty where it has none. */
  readonly attributes: Span;
  readonly type: Span;
  /** What `@builtin(…)` says, where it has one. */
  readonly builtin: string | undefined;
}

/** A function of a module. */
export interface WgslFunction {
  readonly name: string;
  /** Index of the token of its name. */
  readonly nameAt: number;
  readonly attributes: Span;
  readonly parameters: readonly Member[];
  /** What stands between its braces. */
  readonly body: Span;
}

/** The declarations of a WGSL text that transforms of it look at. */
export interface WgslModule {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly aliases: ReadonlyMap<string, Span>;
  readonly structs: ReadonlyMap<string, readonly Member[]>;
  /** Types of the variables in workgroup memory. */
  readonly workgroup: ReadonlyMap<string, Span>;
  /** Variables in storage that may be written. */
  readonly written: ReadonlySet<string>;
  readonly functions: ReadonlyMap<string, WgslFunction>;
}

/**
 * Reads the declarations of a text that compiles.
 *
 * @throws WgslTextError where it finds something that it does not know.
 */
export function readModule(text: string): WgslModule {
  const tokens = tokensOf(text);
  const module = {
    text,
    tokens,
    aliases: new Map<string, Span>(),
    structs: new Map<string, readonly Member[]>(),
    workgroup: new Map<string, Span>(),
    written: new Set<string>(),
    functions: new Map<string, WgslFunction>(),
  };
  let at = 0;
  while (at < tokens.length) {
    const attributes = attributesAt(tokens, at);
    at = attributes.to;
    const word = tokens[at]?.text;
    if (word === 'fn') {
      const found = functionAt(tokens, at, attributes);
      module.functions.set(found.name, found);
      at = found.body.to + 1;
    } else if (word === 'struct') {
      const body = bracketed(tokens, at + 2);
      module.structs.set(textAt(tokens, at + 1), membersOf(tokens, body));
      at = body.to + 1;
    } else {
      const end = endOfStatement(tokens, at);
      if (word === 'alias') module.aliases.set(textAt(tokens, at + 1), { from: at + 3, to: end });
      if (word === 'var') readVariable(tokens, { from: at, to: end }, module);
      at = end + 1;
    }
  }
  return module;
}

/** Takes note of a variable of module scope that invocations share. */
function readVariable(
  tokens: readonly Token[],
  { from, to }: Span,
  { workgroup, written }: { readonly workgroup: Map<string, Span>; readonly written: Set<string> },
): void {
  // var < workgroup > name : type
  if (tokens[from + 2]!.text === 'workgroup') workgroup.set(textAt(tokens, from + 4), { from: from + 6, to });
  // var < storage , read_write > name : type
  if (tokens[from + 4]!.text === 'read_write') written.add(textAt(tokens, from + 6));
}

/** The text of a stretch as it stands in the module, comments included. */
export const textOf = ({ text, tokens }: Pick<WgslModule, 'text' | 'tokens'>, { from, to }: Span): string =>
  from === to ? '' : text.slice(tokens[from]!.start, tokens[to - 1]!.end);

/**
 * What stands between the bracket at `at` and the one that closes it.
 *
 * @throws WgslTextError where there is no bracket, or none that closes it.
 */
export function bracketed(tokens: readonly Token[], at: number): Span {
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    const { text } = tokens[i]!;
    if ('([{'.includes(text)) depth++;
    else if (')]}'.includes(text)) depth--;
    if (depth === 0 && i === at) break;
    if (depth === 0) return { from: at + 1, to: i };
  }
  throw new WgslTextError(
    `line ${tokens[at]?.line ?? 'last'} has no bracket where one is expected, or none closes it`,
  );
}

/** The parts of a stretch between its commas, those within brackets or lists of types aside; an empty last part is none. */
export function listed(tokens: readonly Token[], { from, to }: Span): readonly Span[] {
  const parts: Span[] = [];
  let start = from;
  let depth = 0;
  let angles = 0;
  for (let i = from; i < to; i++) {
    const { text } = tokens[i]!;
    if ('([{'.includes(text)) depth++;
    else if (')]}'.includes(text)) depth--;
    else if (depth === 0 && text === '<') angles++;
    else if (depth === 0 && text === '>') angles--;
    else if (depth === 0 && angles === 0 && text === ',') {
      parts.push({ from: start, to: i });
      start = i + 1;
    }
  }
  return start < to ? [...parts, { from: start, to }] : parts;
}

/** The functions that one calls, itself included, at any depth. */
export function reachedFrom(module: WgslModule, name: string): readonly WgslFunction[] {
  const reached = new Map<string, WgslFunction>();
  const visit = (each: string): void => {
    const found = module.functions.get(each);
    if (!found || reached.has(each)) return;
    reached.set(each, found);
    for (let i = found.body.from; i < found.body.to; i++) {
      if (module.tokens[i + 1]?.text === '(') visit(module.tokens[i]!.text);
    }
  };
  visit(name);
  return [...reached.values()];
}

function functionAt(tokens: readonly Token[], at: number, attributes: Span): WgslFunction {
  const list = bracketed(tokens, at + 2);
  let open = list.to + 1;
  while (tokens[open] && tokens[open]!.text !== '{') open++;
  return {
    name: textAt(tokens, at + 1),
    nameAt: at + 1,
    attributes,
    parameters: membersOf(tokens, list),
    body: bracketed(tokens, open),
  };
}

const membersOf = (tokens: readonly Token[], span: Span): readonly Member[] =>
  listed(tokens, span).map((part) => {
    const attributes = attributesAt(tokens, part.from);
    const words = tokens.slice(attributes.from, attributes.to).map(({ text }) => text);
    const builtin = words.indexOf('builtin');
    return {
      name: textAt(tokens, attributes.to),
      attributes,
      type: { from: attributes.to + 2, to: part.to },
      builtin: builtin < 0 ? undefined : words[builtin + 2],
    };
  });

/** The attributes that begin at a token: `@name` or `@name(…)`, any number of them. */
function attributesAt(tokens: readonly Token[], from: number): Span {
  let at = from;
  while (tokens[at]?.text === '@') {
    at += 2;
    if (tokens[at]?.text === '(') at = bracketed(tokens, at).to + 1;
  }
  return { from, to: at };
}

/** The semicolon, or the end of the text, behind a token, what is in brackets aside. */
export function endOfStatement(tokens: readonly Token[], from: number): number {
  let at = from;
  while (at < tokens.length && tokens[at]!.text !== ';') {
    at = '([{'.includes(tokens[at]!.text) ? bracketed(tokens, at).to + 1 : at + 1;
  }
  return at;
}

const textAt = (tokens: readonly Token[], at: number): string => {
  const token = tokens[at];
  if (token?.kind !== 'name')
    throw new WgslTextError(`line ${token?.line ?? 'last'} has no name where one is expected`);
  return token.text;
};
