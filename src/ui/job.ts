import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type Advice, adviceFor } from './advice.ts';
import type { Gate } from './gate.ts';

/** How far a job is. */
export interface JobProgress {
  /** What it is doing, in two words. */
  readonly label: string;
  readonly detail: string;
  /** Of the whole job, 0 … 1. */
  readonly fraction: number;
}

/** What a job is doing right now. */
export type JobState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: JobProgress }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly advice: Advice };

/** What a job does: it keeps to its signal, and tells how far it is. */
export type Work = (signal: AbortSignal, tell: (progress: JobProgress) => void) => Promise<void>;

const WAITING: JobProgress = { label: 'Starting', detail: '', fraction: 0 };

/** One of the page's further measurements: started by the user, one at a time with all others, and cancelled at will. */
export class Job implements ReactiveController {
  state: JobState = { kind: 'idle' };
  readonly #host: ReactiveControllerHost;
  #abort: AbortController | undefined;
  #gate: Gate | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** A page that is left stops what it does. */
  hostDisconnected(): void {
    this.cancel();
  }

  get running(): boolean {
    return this.state.kind === 'running';
  }

  /**
   * Does the work once nothing else is measured; ignored where something is. Every ending is a state, none is thrown.
   *
   * @param explain what to say of an error that this job knows; `undefined` for any other.
   */
  async start(
    gate: Gate,
    work: Work,
    explain: (cause: unknown) => Advice | undefined = () => undefined,
  ): Promise<void> {
    if (!gate.take(this)) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#gate = gate;
    this.#become({ kind: 'running', progress: WAITING });
    try {
      await gate.quiet;
      abort.signal.throwIfAborted();
      await gate.occupy(
        work(abort.signal, (progress) => {
          if (this.#abort === abort) this.#become({ kind: 'running', progress });
        }),
      );
      if (this.#abort === abort) this.#end({ kind: 'idle' });
    } catch (cause) {
      if (this.#abort === abort) this.#end({ kind: 'failed', advice: explain(cause) ?? adviceFor(cause) });
    }
  }

  /** Stops the job, if it runs; what it finds after is dropped. */
  cancel(): void {
    const abort = this.#abort;
    if (!abort) return;
    this.#end({ kind: 'cancelled' });
    abort.abort(new DOMException('Cancelled by the user', 'AbortError'));
  }

  #end(state: JobState): void {
    this.#abort = undefined;
    this.#become(state);
    this.#gate?.leave();
  }

  #become(state: JobState): void {
    this.state = state;
    this.#host.requestUpdate();
  }
}
