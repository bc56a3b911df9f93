import { type Token, tokensOf } from '../../src/kernels/wgsl-text/tokens.ts';

/** Tokens [from, to) of a module. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const isNumber = (word: string, value: number): boolean => /^\d/.test(word) && parseFloat(word) === value;

/** What may have a list of types behind it, in which `<` and `>` are brackets. */
const TEMPLATES = new Set(['array', 'atomic', 'bitcast', 'mat4x4', 'ptr', 'var', 'vec2', 'vec3', 'vec4']);
const OPENERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const KEYWORDS = new Set(['if', 'for', 'while', 'loop', 'switch', 'return', 'else', 'fn']);

interface Declaration extends Range {
  readonly name: string;
  readonly isFunction: boolean;
  /** Where what it does begins: the body of a function, the value of a constant. */
  readonly body: number;
}

/**
 * A WGSL module taken apart as far as mutations need it: brackets, and which tokens are *live*, that is, stand in the body of a
 * function that an entry point reaches, or in the value of a constant that one uses. A change of anything else changes nothing.
 */
export class ModuleText {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Of each bracket the index of the other of its pair; −1 elsewhere. */
  readonly partner: Int32Array;
  readonly #live: Uint8Array;
  /** 1 inside a list of types, its brackets included. */
  readonly #types: Uint8Array;
  /** How many round and square brackets are open. */
  readonly #depth: Uint8Array;

  /** @param entryPoints the functions that a plan runs. */
  constructor(text: string, entryPoints: readonly string[]) {
    this.text = text;
    this.tokens = tokensOf(text);
    const { length } = this.tokens;
    this.partner = new Int32Array(length).fill(-1);
    this.#live = new Uint8Array(length);
    this.#types = new Uint8Array(length);
    this.#depth = new Uint8Array(length);
    this.#findBrackets();
    this.#findTypes();
    this.#findLive(entryPoints);
    this.#findZeros();
  }

  /** The text of a token; empty beyond the ends. */
  word(index: number): string {
    return this.tokens[index]?.text ?? '';
  }

  textOf({ from, to }: Range): string {
    return to > from ? this.text.slice(this.tokens[from]!.start, this.tokens[to - 1]!.end) : '';
  }

  isLive(index: number): boolean {
    return this.#live[index] === 1 && this.#types[index] === 0;
  }

  /** The indices of live tokens with one of these texts. */
  live(...texts: readonly string[]): number[] {
    return [...this.tokens.keys()].filter((i) => this.isLive(i) && texts.includes(this.word(i)));
  }

  /** Whether a token ends an operand, so that an operator behind it is binary. */
  endsOperand(index: number): boolean {
    const token = this.tokens[index];
    return (
      token !== undefined &&
      ((token.kind !== 'symbol' && !KEYWORDS.has(token.text)) || /^[)\]]$/.test(token.text))
    );
  }

  /** Whether two neighbouring tokens are one operator: `<` and `<`. */
  isDoubled(index: number): boolean {
    const [first, second] = [this.tokens[index], this.tokens[index + 1]];
    return first !== undefined && first.text === second?.text && first.end === second.start;
  }

  /** Calls of functions and constructors that are live. */
  calls(): {
    readonly name: string;
    readonly at: number;
    readonly open: number;
    readonly args: readonly Range[];
  }[] {
    return [...this.tokens.keys()].flatMap((at) => {
      const { kind, text } = this.tokens[at]!;
      if (kind !== 'name' || !this.isLive(at) || KEYWORDS.has(text)) return [];
      let open = at + 1;
      while (this.#types[open] === 1) open++;
      if (this.word(open) !== '(') return [];
      return [{ name: text, at, open, args: this.parts({ from: open + 1, to: this.partner[open]! }, ',') }];
    });
  }

  /** Whether an operator with a number behind it leaves what is before it as it is: + 0, · 1. */
  isNeutral(operator: number): boolean {
    const next = this.word(operator + 1);
    return /^[+-]$/.test(this.word(operator)) ? isNumber(next, 0) : isNumber(next, 1);
  }

  /** What stands in square brackets that are live. */
  indices(): Range[] {
    return this.live('[').map((open) => ({ from: open + 1, to: this.partner[open]! }));
  }

  /** What is assigned or initialised or returned, and live: from behind `=` or `return` to the semicolon. */
  values(): Range[] {
    return this.live('=', '+=', 'return')
      .map((at) => ({ from: at + 1, to: this.statementEnd(at + 1) }))
      .filter(({ from, to }) => to > from);
  }

  /** The index of the semicolon, or closing bracket, that ends what begins at a token. */
  statementEnd(from: number): number {
    for (let i = from; i < this.tokens.length; i++) {
      if (OPENERS[this.word(i)] !== undefined) i = this.partner[i]!;
      else if (/^[;)}\]]$/.test(this.word(i))) return i;
    }
    return this.tokens.length;
  }

  /** First tokens of live statements that are no declaration and no control flow. */
  statements(): Range[] {
    return [...this.tokens.keys()]
      .filter((i) => this.isLive(i) && this.#depth[i] === 0 && /^[;{}]$/.test(this.word(i - 1)))
      .filter(
        (i) => !/^(let|var|const|if|else|for|while|loop|return|break|continue|[{}])$/.test(this.word(i)),
      )
      .map((from) => ({ from, to: this.statementEnd(from) + 1 }));
  }

  /** Splits a range at the symbols that stand in no bracket inside it; at binary ones, where they are signs too. */
  parts({ from, to }: Range, ...symbols: readonly string[]): Range[] {
    const parts: Range[] = [];
    let begun = from;
    for (let i = from; i < to; i++) {
      const word = this.word(i);
      if (OPENERS[word] !== undefined) i = this.partner[i]!;
      else if (this.#types[i] === 0 && symbols.includes(word) && this.endsOperand(i - 1)) {
        parts.push({ from: begun, to: i });
        begun = i + 1;
      }
    }
    if (begun < to) parts.push({ from: begun, to });
    return parts;
  }

  #findBrackets(): void {
    const open: number[] = [];
    let round = 0;
    for (const [i, { text }] of this.tokens.entries()) {
      if (text === ')' || text === ']') round--;
      this.#depth[i] = round;
      if (text === '(' || text === '[') round++;
      if (OPENERS[text] !== undefined) open.push(i);
      else if (/^[)\]}]$/.test(text)) {
        const first = open.pop();
        if (first === undefined || OPENERS[this.word(first)] !== text) throw new Error(`unbalanced ${text}`);
        this.partner[i] = first;
        this.partner[first] = i;
      }
    }
  }

  #findTypes(): void {
    for (let i = 0; i < this.tokens.length; i++) {
      if (!TEMPLATES.has(this.word(i)) || this.word(i + 1) !== '<') continue;
      let depth = 0;
      do {
        i++;
        this.#types[i] = 1;
        depth += this.word(i) === '<' ? 1 : this.word(i) === '>' ? -1 : 0;
      } while (depth > 0);
    }
  }

  #findLive(entryPoints: readonly string[]): void {
    const declarations = this.#declarations();
    const byName = new Map<string, Declaration[]>();
    for (const one of declarations) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
    const reached = new Set<string>(entryPoints);
    for (const name of reached) {
      for (const { from, to, body, isFunction } of byName.get(name) ?? []) {
        for (let i = from; i < to; i++) {
          if (this.tokens[i]!.kind === 'name' && this.word(i - 1) !== '.') reached.add(this.word(i));
        }
        if (isFunction || this.word(from) === 'const') this.#live.fill(1, body, to);
      }
    }
  }

  /** What 0 is multiplied by is as good as dead. */
  #findZeros(): void {
    for (const [i, { text }] of this.tokens.entries()) {
      if (!isNumber(text, 0) || this.word(i + 1) !== '*') continue;
      const end = this.word(i + 2) === '(' ? this.partner[i + 2]! + 1 : i + 3;
      this.#live.fill(0, i + 1, end);
    }
  }

  #declarations(): Declaration[] {
    const found: Declaration[] = [];
    let i = 0;
    while (i < this.tokens.length) {
      const from = i;
      while (this.word(i) === '@') i = this.word(i + 2) === '(' ? this.partner[i + 2]! + 1 : i + 2;
      const keyword = this.word(i);
      let name = i + 1;
      while (this.#types[name] === 1) name++;
      let body = name;
      while (!/^[{;=]$/.test(this.word(body)))
        body = OPENERS[this.word(body)] ? this.partner[body]! + 1 : body + 1;
      const end = this.word(body) === '{' ? this.partner[body]! + 1 : this.statementEnd(body) + 1;
      found.push({ name: this.word(name), isFunction: keyword === 'fn', from, to: end, body: body + 1 });
      i = this.word(end) === ';' ? end + 1 : end;
    }
    return found;
  }
}
