import { invariant } from '../base/invariant.ts';
import { groupCount } from '../formats/format.ts';
import { exactScales } from '../formats/quantized.ts';
import {
  canProject,
  type CheckPlan,
  mostSuspicious,
  planCheck,
  samplePositions,
} from '../reference/check-plan.ts';
import { type Findings, mergeFindings, NO_FINDINGS } from '../reference/findings.ts';
import type { CheckJob, RowBlock } from '../reference/job.ts';
import { judge } from '../reference/judge.ts';
import type { CheckRequest, ProductInputs } from '../reference/request.ts';
import type { Verdict } from '../reference/verdict.ts';
import type { AsyncReference } from './reference-api.ts';

/** Parts of the whole, by rough cost, for progress: loading weights, and recomputing rows at the end. */
const LOAD_SHARE = 0.05;
const RECHECK_SHARE = 0.4;

/** How a check is to be run. */
export interface RunOptions {
  readonly signal: AbortSignal;
  /** Told the fraction done, 0 … 1; never once the signal has aborted, though work under way still ends then. */
  readonly onProgress: (fraction: number) => void;
  /** Multiply-accumulates above which the check samples. */
  readonly fullCheckLimit: number;
}

/**
 * Conducts one check on several checkers and merges what they find. It copies the operands out in chunks of a few
 * megabytes, each when a checker is ready for it, so the calling thread is never held for long.
 *
 * @param references at least one; those that the plan has no use for stay idle.
 * @throws the signal's reason once it aborts, before the next chunk.
 */
export async function runCheck(
  references: readonly AsyncReference[],
  request: CheckRequest,
  output: Float32Array<ArrayBuffer>,
  options: RunOptions,
): Promise<Verdict> {
  return new CheckRun(request, output, references.length, options).conduct(references);
}

/** One worker of a run, with the columns it holds. */
interface Part {
  readonly reference: AsyncReference;
  readonly first: number;
  readonly count: number;
}

class CheckRun {
  readonly #request: CheckRequest;
  readonly #output: Float32Array<ArrayBuffer>;
  readonly #signal: AbortSignal;
  readonly #onProgress: (fraction: number) => void;
  readonly #plan: CheckPlan;
  /** Random positions by row; empty in a full check. */
  readonly #samples: ReadonlyMap<number, readonly number[]>;
  #findings: Findings = NO_FINDINGS;
  #progress = 0;

  constructor(
    request: CheckRequest,
    output: Float32Array<ArrayBuffer>,
    references: number,
    { signal, onProgress, fullCheckLimit }: RunOptions,
  ) {
    const { inputs, judge: kind, seed, epilogue = 'none', output: type = 'f32' } = request;
    const size = { M: inputs.M, N: inputs.weights.N, K: inputs.weights.K };
    this.#request = request;
    this.#output = output;
    this.#signal = signal;
    this.#onProgress = onProgress;
    const limit = canProject(epilogue, type) ? fullCheckLimit : Infinity;
    this.#plan = planCheck(size, kind, references, limit);
    const sampled = this.#plan.mode === 'sampled' && kind === 'bound';
    this.#samples = byRow(sampled ? samplePositions(size.M, size.N, seed) : []);
  }

  async conduct(references: readonly AsyncReference[]): Promise<Verdict> {
    const { inputs, judge: kind } = this.#request;
    const parts = this.#plan.ranges.map(([first, count], i): Part => ({
      reference: references[i]!,
      first,
      count,
    }));
    await Promise.all(parts.map((part) => this.#load(part, LOAD_SHARE / parts.length)));
    const recheckShare = this.#plan.recheckedRows > 0 ? RECHECK_SHARE : 0;
    await this.#checkAll(parts, 1 - LOAD_SHARE - recheckShare);
    const suspects = mostSuspicious(this.#findings.residuals, this.#plan.recheckedRows);
    if (suspects.length > 0) await this.#recheckAll(parts, suspects, recheckShare);
    await Promise.all(parts.map(({ reference }) => reference.close()));
    this.#advance(1 - this.#progress);
    return judge(this.#findings, kind, this.#plan.mode === 'sampled', inputs.M * inputs.weights.N);
  }

  /** Opens the job on one checker and sends its columns, slice by slice. */
  async #load({ reference, first, count }: Part, share: number): Promise<void> {
    const { inputs, rounding, judge: kind, seed, unit = 1 } = this.#request;
    const { epilogue = 'none', output = 'f32' } = this.#request;
    const { N, K, format, codes, zeros, mins, stored } = inputs.weights;
    const job: CheckJob = {
      format,
      M: inputs.M,
      N,
      K,
      firstColumn: first,
      columns: count,
      rounding,
      judge: kind,
      mode: this.#plan.mode,
      seed,
      unit,
      scaleOffset: stored.offset ?? 0,
      epilogue,
      output,
      bias: epilogue === 'bias' ? biasOf(inputs).slice(first, first + count) : undefined,
    };
    await reference.open(job);
    const groups = groupCount(format, K);
    for (let column = 0; column < count; column += this.#plan.columnsPerSlice) {
      this.#signal.throwIfAborted();
      const from = first + column;
      const end = first + Math.min(count, column + this.#plan.columnsPerSlice);
      await reference.load({
        column,
        codes: codes.slice(from * K, end * K),
        scales: exactScales(inputs.weights, from, end),
        zeros: zeros?.slice(from * groups, end * groups),
        mins: mins?.slice(from * groups, end * groups),
      });
      this.#advance((share * (end - from)) / count);
    }
  }

  /** Sends every block of rows: to whoever is free, or (split by columns) to every checker. */
  async #checkAll(parts: readonly Part[], share: number): Promise<void> {
    const { M } = this.#request.inputs;
    const { rowsPerBlock, split } = this.#plan;
    const queue = { next: 0 };
    const work = async (part: Part): Promise<void> => {
      const own = split === 'columns' ? { next: 0 } : queue;
      while (own.next < M) {
        this.#signal.throwIfAborted();
        const first = own.next;
        const count = Math.min(rowsPerBlock, M - first);
        own.next = first + count;
        const rows = Uint32Array.from({ length: count }, (_, i) => first + i);
        this.#merge(await part.reference.check(this.#block(part, rows)));
        this.#advance((share * count * part.count) / (M * this.#request.inputs.weights.N));
      }
    };
    await Promise.all(parts.map(work));
  }

  /** Has rows recomputed in full, in equal shares. */
  async #recheckAll(parts: readonly Part[], suspects: readonly number[], share: number): Promise<void> {
    const split = this.#plan.split === 'columns';
    await Promise.all(
      parts.map(async (part, i) => {
        const rows = split ? suspects : suspects.filter((_, at) => at % parts.length === i);
        if (rows.length === 0) return;
        this.#signal.throwIfAborted();
        this.#merge(await part.reference.recheck(this.#block(part, Uint32Array.from(rows))));
        this.#advance((share * rows.length) / suspects.length / (split ? parts.length : 1));
      }),
    );
  }

  /** Copies out the rows named, and of the output the part's columns. */
  #block({ first, count }: Part, rows: Uint32Array<ArrayBuffer>): RowBlock {
    const { activations, weights } = this.#request.inputs;
    const { N, K } = weights;
    const a = new Float32Array(rows.length * K);
    const output = new Float32Array(rows.length * count);
    const samples: number[] = [];
    rows.forEach((m, i) => {
      a.set(activations.subarray(m * K, (m + 1) * K), i * K);
      output.set(this.#output.subarray(m * N + first, m * N + first + count), i * count);
      for (const n of this.#samples.get(m) ?? []) samples.push(i, n - first);
    });
    return { rows, activations: a, output, samples: Uint32Array.from(samples) };
  }

  #merge(found: Findings): void {
    this.#findings = mergeFindings(this.#findings, found);
  }

  #advance(by: number): void {
    this.#progress = Math.min(1, this.#progress + by);
    if (!this.#signal.aborted) this.#onProgress(this.#progress);
  }
}

function biasOf({ bias, weights }: ProductInputs): Float32Array<ArrayBuffer> {
  invariant(bias?.length === weights.N, 'the epilogue is a bias, and there is none for each column');
  return bias;
}

function byRow(positions: readonly (readonly [m: number, n: number])[]): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const [m, n] of positions) {
    const columns = rows.get(m);
    if (columns) columns.push(n);
    else rows.set(m, [n]);
  }
  return rows;
}
