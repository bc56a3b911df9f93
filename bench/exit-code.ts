import type { Result } from '../src/io/record.ts';

/** Exit codes of the command line, a contract that scripts rely on. */
export const EXIT = {
  right: 0,
  usage: 1,
  wrong: 2,
  noAdapter: 3,
  regression: 4,
  notConverged: 5,
  failed: 6,
} as const;

/** Codes of ended experiments, the worst first. */
const WORST_FIRST: readonly number[] = [EXIT.wrong, EXIT.failed, EXIT.regression, EXIT.notConverged];

/** The code of several experiments together: the worst of theirs; right if there is none. */
export const worstOf = (codes: readonly number[]): number =>
  WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.right;

/**
 * The code of one experiment.
 *
 * @param rejection what a configuration that a plan rejects counts as: in `verify` it is listed and right. One that a plan allows, and
 *   whose product does not fit, is a failure anywhere.
 */
export function exitCodeOf(result: Result, rejection: 'is-right' | 'is-failure'): number {
  switch (result.status) {
    case 'wrong':
      return EXIT.wrong;
    case 'failed':
      return EXIT.failed;
    case 'unsupported':
      return rejection === 'is-right' && !result.beyond ? EXIT.right : EXIT.failed;
    case 'ok':
      return result.spec.protocol === 'strict' && result.timing?.converged === false
        ? EXIT.notConverged
        : EXIT.right;
  }
}
