import type { Environment } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { withWinner } from '../lab/choose-winner.ts';
import type { Kept } from '../lab/kept.ts';
import { keptWinners } from '../lab/kept-winners.ts';
import type { Lab } from '../lab/lab.ts';
import type { Machine } from '../lab/machine.ts';
import { Winners } from '../tune/winners.ts';

/** Where the page asks about the adapter, and where it keeps winners. */
export interface WinnerSources {
  readonly lab: Pick<Lab, 'caps'>;
  readonly kept: Kept;
}

/** What `auto` runs as on the page: a winner that the browser keeps for the adapter and the product, unless it is left out. */
export class AutoWinner {
  readonly #onChange: () => void;
  #sources: WinnerSources | undefined;
  #winners = new Winners();
  #machine: Machine | undefined;
  #isLeftOut = false;

  /** @param onChange told whenever `found` or `runs` may answer otherwise. */
  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange;
  }

  /** Set before anything is asked. */
  set sources(sources: WinnerSources) {
    this.#sources = sources;
  }

  get isLeftOut(): boolean {
    return this.#isLeftOut;
  }

  set isLeftOut(isLeftOut: boolean) {
    this.#isLeftOut = isLeftOut;
    this.#onChange();
  }

  /** The spec with the winner in the place of `auto`, left out or not; `undefined` where none is known. */
  found(spec: Spec): Spec | undefined {
    return this.#machine && withWinner(spec, this.#winners, this.#machine);
  }

  /** What would run in the place of a spec, to show it. */
  runs(spec: Spec): Spec {
    return (this.#isLeftOut ? undefined : this.found(spec)) ?? spec;
  }

  /** What runs in the place of specs by what the browser keeps now, whatever becomes of it. @throws what the lab throws. */
  async chooser(environment: Environment): Promise<(spec: Spec) => Spec> {
    await this.#learn(environment);
    const [winners, machine] = [this.#winners, this.#isLeftOut ? undefined : this.#machine];
    return (spec) => (machine && withWinner(spec, winners, machine)) ?? spec;
  }

  /** Reads again what the browser keeps, to show it. */
  async refresh(environment: Environment | undefined): Promise<void> {
    if (!environment) return;
    try {
      await this.#learn(environment);
    } catch {
      // What the lab has against it is told when something runs.
    }
  }

  /** Asks the lab nothing where no winner is kept. */
  async #learn({ adapter }: Environment): Promise<void> {
    const { kept, lab } = this.#sources!;
    this.#winners = keptWinners(kept);
    const isKnown = JSON.stringify(adapter) === JSON.stringify(this.#machine?.adapter);
    if (!isKnown && this.#winners.export().winners.length > 0) {
      this.#machine = { adapter, caps: await lab.caps() };
    }
    this.#onChange();
  }
}
