import { BoundProjection } from './bound-projection.ts';
import { ExactProjection } from './exact-projection.ts';
import { type Findings, type RowResidual } from './findings.ts';
import { FullCheck } from './full-check.ts';
import type { CheckJob, RowBlock, WeightSlice } from './job.ts';
import { checkOneHotRows, isOneHot } from './one-hot-check.ts';
import { Scratch } from './scratch.ts';
import { Tally } from './tally.ts';
import { WeightColumns } from './weight-columns.ts';

/** Computes one check, or its range of columns, a block of rows at a time: load all slices, then check blocks. */
export class Checker {
  readonly #job: CheckJob;
  readonly #columns: WeightColumns;
  readonly #full: FullCheck;
  readonly #activations = new Scratch();
  #boundProjection: BoundProjection | undefined;
  #exactProjection: ExactProjection | undefined;

  constructor(job: CheckJob) {
    this.#job = job;
    this.#columns = new WeightColumns(job);
    this.#full = new FullCheck(job, this.#columns);
  }

  /** Takes over some columns of the weights. */
  load(slice: WeightSlice): void {
    this.#columns.load(slice);
  }

  /** Judges a block in the job's mode; each row of the product comes here once. */
  check(block: RowBlock): Findings {
    const tally = new Tally();
    tally.scan(block.output, this.#job.output);
    if (this.#job.mode === 'full') {
      this.#full.checkRows(block, tally);
      return tally.findings();
    }
    return this.#job.judge === 'bound' ? this.#checkBound(block, tally) : this.#checkExact(block, tally);
  }

  /** Recomputes a block that projections cast doubt on, element by element. */
  recheck(block: RowBlock): Findings {
    const tally = new Tally();
    this.#full.checkRows(block, tally);
    return tally.findings();
  }

  #checkBound(block: RowBlock, tally: Tally): Findings {
    this.#boundProjection ??= new BoundProjection(this.#job, this.#columns);
    const prepared = this.#full.prepare(block.activations, block.rows.length);
    this.#full.checkSamples(block, prepared, tally);
    return { ...tally.findings(), ...this.#boundProjection.checkRows(block, prepared) };
  }

  #checkExact(block: RowBlock, tally: Tally): Findings {
    if (isOneHot(block.activations, this.#job.K)) {
      checkOneHotRows(this.#job, this.#columns, block, tally);
      return tally.findings();
    }
    this.#exactProjection ??= new ExactProjection(this.#job, this.#columns);
    const a = this.#activations.copy(block.activations);
    if (!this.#exactProjection.applies(a)) {
      this.#full.checkRows(block, tally);
      return tally.findings();
    }
    const wrong = this.#exactProjection.wrongRows(a, block);
    const residuals: RowResidual[] = wrong.map((m) => ({ row: block.rows[m]!, ratio: Infinity }));
    const projectedRows = block.rows.length;
    return { ...tally.findings(), residuals, projectedRows, mismatchedRows: wrong.length };
  }
}
