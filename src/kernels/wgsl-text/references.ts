import type { WgslFunction, WgslModule } from './module.ts';

/** Names that are declared outside of a function's body: of module scope, which parameters hide, or some of its own parameters. */
export interface Wanted {
  readonly kind: 'module' | 'parameters';
  readonly has: (name: string) => boolean;
}

/**
 * Where the body of a function names what is declared outside of it: not as a member, and not hidden by a declaration in a block
 * around it.
 *
 * @returns indices of tokens, rising.
 */
export function referencesIn(
  { tokens }: WgslModule,
  { body, parameters }: WgslFunction,
  wanted: Wanted,
): readonly number[] {
  const scopes = new Scopes(wanted.kind === 'module' ? parameters.map(({ name }) => name) : []);
  const found: number[] = [];
  for (let i = body.from; i < body.to; i++) {
    const { kind, text } = tokens[i]!;
    if (text === 'let' || text === 'var' || text === 'const') {
      // var < function > name
      i += tokens[i + 1]!.text === '<' ? 4 : 1;
      scopes.declare(tokens[i]!.text);
    } else if (kind !== 'name' || text === 'for') scopes.pass(text);
    else if (tokens[i - 1]!.text !== '.' && wanted.has(text) && !scopes.has(text)) found.push(i);
  }
  return found;
}

/** The blocks around a place in a function, and what they declare. */
class Scopes {
  readonly #scopes: { readonly names: Set<string>; readonly ofFor: boolean }[];
  /** In scope from the end of their declaration on. */
  #declared: string[] = [];

  constructor(names: readonly string[]) {
    this.#scopes = [{ names: new Set(names), ofFor: false }];
  }

  has(name: string): boolean {
    return this.#scopes.some(({ names }) => names.has(name));
  }

  declare(name: string): void {
    this.#declared.push(name);
  }

  /** Goes past a token that is no name, or `for`, whose head has a scope that ends with the loop's body. */
  pass(text: string): void {
    if (text === '{' || text === 'for') this.#scopes.push({ names: new Set(), ofFor: text === 'for' });
    else if (text === '}') {
      this.#scopes.pop();
      if (this.#scopes.at(-1)?.ofFor) this.#scopes.pop();
    } else if (text === ';') {
      for (const name of this.#declared) this.#scopes.at(-1)!.names.add(name);
      this.#declared = [];
    }
  }
}
