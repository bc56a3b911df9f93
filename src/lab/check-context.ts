import type { ReferencePool } from '../reference/pool.ts';
import type { Judged } from './lab.ts';
import type { Report } from './reporter.ts';

/** What checking needs besides the subject. */
export interface CheckContext {
  readonly pool: ReferencePool;
  readonly signal: AbortSignal;
  readonly report: Report;
  /** Is given what a kernel made of the real data. */
  readonly onJudged?: ((judged: Judged) => void) | undefined;
}
