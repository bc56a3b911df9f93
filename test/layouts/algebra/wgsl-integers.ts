/** What an expression may call: u32 functions of u32. */
export type U32Functions = Readonly<Record<string, (...values: number[]) => number>>;

const ARITHMETIC = ['*', '/', '%', '+', '-'];
const SHIFTS = ['<<', '>>'];
const BITWISE = ['&', '|', '^'];

/**
 * Evaluates an u32 expression by WGSL's rules. `* / %` bind alike and stronger than `+ -`, from left to right; division
 * drops the remainder; sums, products and shifts wrap at 2³². A shift has one operator, a chain of `&`, `|` or `^` has the same one
 * throughout, and operands of both are names, literals, calls or in parentheses, as WGSL's grammar demands.
 *
 * @param functions what may be called besides `min`.
 * @throws Error on anything else: a literal without `u`, a shift by more than 31, a difference below 0, an
 *   unknown name.
 */
export function evaluateU32(
  expression: string,
  names: Readonly<Record<string, number>>,
  functions: U32Functions = {},
): number {
  const reader = new U32Reader(expression, names, { min: Math.min, ...functions });
  const value = reader.expression();
  reader.end();
  return value;
}

class U32Reader {
  readonly #text: string;
  readonly #tokens: readonly string[];
  readonly #names: Readonly<Record<string, number>>;
  readonly #functions: U32Functions;
  #at = 0;

  constructor(text: string, names: Readonly<Record<string, number>>, functions: U32Functions) {
    this.#text = text;
    this.#tokens = text.match(/\w+|<<|>>|[^\s\w]/gu) ?? [];
    this.#names = names;
    this.#functions = functions;
  }

  expression(): number {
    const first = this.#operand();
    const operator = this.#next();
    if (SHIFTS.includes(operator)) return this.#shift(first);
    if (BITWISE.includes(operator)) return this.#bitwise(first, operator);
    return ARITHMETIC.includes(operator) ? this.#sum(first) : first;
  }

  end(): void {
    if (this.#at !== this.#tokens.length) this.#refuse(this.#next());
  }

  #next(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #skip(token: string): boolean {
    if (this.#next() !== token) return false;
    this.#at++;
    return true;
  }

  #refuse(token: string): never {
    throw new Error(`“${token}” in ${this.#text}`);
  }

  #operand(): number {
    const token = this.#next();
    this.#at++;
    if (token === '(') {
      const value = this.expression();
      if (!this.#skip(')')) this.#refuse(this.#next());
      return value;
    }
    if (/^\d+u$/u.test(token)) return Number(token.slice(0, -1));
    if (this.#skip('(')) return this.#call(token);
    return this.#names[token] ?? this.#refuse(token);
  }

  #call(name: string): number {
    const values = [this.expression()];
    while (this.#skip(',')) values.push(this.expression());
    if (!this.#skip(')')) this.#refuse(this.#next());
    const called = this.#functions[name] ?? this.#refuse(name);
    return called(...values) >>> 0;
  }

  #shift(left: number): number {
    const down = this.#skip('>>');
    if (!down) this.#skip('<<');
    const by = this.#operand();
    if (by > 31) this.#refuse(`a shift by ${by}`);
    return (down ? left >>> by : left << by) >>> 0;
  }

  #bitwise(first: number, operator: string): number {
    let value = first;
    while (this.#skip(operator)) {
      const right = this.#operand();
      value = operator === '&' ? value & right : operator === '|' ? value | right : value ^ right;
    }
    return value >>> 0;
  }

  #sum(first: number): number {
    let value = this.#product(first);
    for (;;) {
      if (this.#skip('+')) value = (value + this.#product(this.#operand())) >>> 0;
      else if (this.#skip('-')) value -= this.#product(this.#operand());
      else return value;
      if (value < 0) this.#refuse('a difference below 0');
    }
  }

  #product(first: number): number {
    let value = first;
    for (;;) {
      if (this.#skip('*')) value = Math.imul(value, this.#operand()) >>> 0;
      else if (this.#skip('/')) value = Math.floor(value / this.#operand());
      else if (this.#skip('%')) value %= this.#operand();
      else return value;
    }
  }
}
