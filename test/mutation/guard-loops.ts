import { bracketed } from '../../src/kernels/wgsl-text/module.ts';
import { type Token, tokensOf } from '../../src/kernels/wgsl-text/tokens.ts';

/** Iterations that a loop makes at most in one call of its function; right kernels make hundreds. */
const MOST = 4096;

/**
 * The text with an end to each loop: a mutant that loops for ever would hold a software driver, and the process with it. Each loop has
 * a counter of its own at the head of its function, so that it is as uniform as the loop.
 */
export function guardLoops(text: string): string {
  const tokens = tokensOf(text);
  const inserts: [at: number, text: string][] = [];
  for (const { head, body } of loopsOf(tokens)) {
    const counter = `guard_${inserts.length / 2}`;
    inserts.push([tokens[head]!.end, ` var ${counter} = 0u;`]);
    inserts.push([tokens[body]!.end, ` if (${counter} >= ${MOST}u) { break; } ${counter}++;`]);
  }
  return inserts
    .sort(([a], [b]) => b - a)
    .reduce((guarded, [at, insert]) => guarded.slice(0, at) + insert + guarded.slice(at), text);
}

/** Of each loop the brace that opens its function and the one that opens its body. */
function loopsOf(tokens: readonly Token[]): { readonly head: number; readonly body: number }[] {
  const loops: { head: number; body: number }[] = [];
  let head = 0;
  let depth = 0;
  for (const [i, { text }] of tokens.entries()) {
    if (text === '{' && depth++ === 0) head = i;
    if (text === '}') depth--;
    if (text === 'for' || text === 'while') loops.push({ head, body: bracketed(tokens, i + 1).to + 1 });
    if (text === 'loop') loops.push({ head, body: i + 1 });
  }
  return loops;
}
