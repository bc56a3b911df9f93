import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { invariant } from '../base/invariant.ts';
import type { Environment, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Lab, Progress } from '../lab/lab.ts';
import { type Advice, adviceFor } from './advice.ts';
import { Gate } from './gate.ts';

/** What the page is doing right now. */
export type Activity =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly spec: Spec; readonly progress: Progress | undefined }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'stopped'; readonly advice: Advice };

/** The last result and the machine that it was got on. */
export interface Finished {
  /** As it was run: what `chooser` put in the place of the one that was asked for. */
  readonly spec: Spec;
  readonly result: Result;
  readonly environment: Environment;
}

/** Runs one experiment at a time on a lab and tells its host of every step. Keeps the last result while the next runs. */
export class Experiment implements ReactiveController {
  activity: Activity = { kind: 'idle' };
  environment: Environment | undefined;
  finished: Finished | undefined;
  /** Where to run; set before anything is opened or started. */
  lab: Lab | undefined;
  /** Gives what to run in the place of a spec on the machine that was found; by default the same. */
  chooser: (environment: Environment) => Promise<(spec: Spec) => Spec> = () =>
    Promise.resolve((spec) => spec);
  readonly #host: ReactiveControllerHost;
  readonly #gate: Gate;
  #abort: AbortController | undefined;

  /** @param gate shared with all else that measures on this page. */
  constructor(host: ReactiveControllerHost, gate: Gate = new Gate()) {
    this.#host = host;
    this.#gate = gate;
    host.addController(this);
  }

  /** A page that is left stops its run. */
  hostDisconnected(): void {
    this.cancel();
  }

  get running(): boolean {
    return this.activity.kind === 'running';
  }

  /** Opens the adapter without running anything. @returns whether there is one. A run under way tells its own story. */
  async open(): Promise<boolean> {
    try {
      this.environment = await this.#opened().environment();
      if (!this.running) this.#become({ kind: 'idle' });
      return true;
    } catch (cause) {
      if (!this.running) this.#become({ kind: 'stopped', advice: adviceFor(cause) });
      return false;
    }
  }

  /** Verifies and measures; ignored while anything else is measured. Every ending is a state, none is thrown. */
  async start(spec: Spec): Promise<void> {
    if (!this.#gate.take(this)) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#become({ kind: 'running', spec, progress: undefined });
    try {
      // A cancelled run may take the engine with it when it does not stop, and a run begun meanwhile as well.
      await this.#gate.quiet;
      abort.signal.throwIfAborted();
      const environment = await this.#opened().environment();
      abort.signal.throwIfAborted();
      this.environment = environment;
      const chosen = (await this.chooser(environment))(spec);
      abort.signal.throwIfAborted();
      const result = await this.#run(chosen, abort);
      if (this.#abort !== abort) return;
      this.finished = { spec: chosen, result, environment };
      this.#end({ kind: 'idle' });
    } catch (cause) {
      if (this.#abort === abort) this.#end({ kind: 'stopped', advice: adviceFor(cause) });
    }
  }

  /** Stops the run under way, if any; its late answers are dropped. */
  cancel(): void {
    const abort = this.#abort;
    if (!abort) return;
    this.#end({ kind: 'cancelled' });
    abort.abort(new DOMException('Cancelled by the user', 'AbortError'));
  }

  #run(spec: Spec, abort: AbortController): Promise<Result> {
    return this.#gate.occupy(
      this.#opened().run(spec, abort.signal, (progress) => {
        if (this.#abort === abort) this.#become({ kind: 'running', spec, progress });
      }),
    );
  }

  #opened(): Lab {
    invariant(this.lab !== undefined, 'an experiment needs a lab');
    return this.lab;
  }

  #end(activity: Activity): void {
    this.#abort = undefined;
    this.#become(activity);
    this.#gate.leave();
  }

  #become(activity: Activity): void {
    this.activity = activity;
    this.#host.requestUpdate();
  }
}
