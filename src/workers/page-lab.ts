import type { RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type PageSurroundings, underWatch, watchConditions } from '../lab/conditions.ts';
import type { Progress } from '../lab/lab.ts';
import { EngineClient } from './engine-client.ts';

/** The lab of a page that people look at: its times carry warnings of a hidden tab and of a battery. */
export class PageLab extends EngineClient {
  readonly #surroundings: PageSurroundings;

  /** @param surroundings the page's document and navigator. */
  constructor(surroundings: PageSurroundings) {
    super();
    this.#surroundings = surroundings;
  }

  override async run(
    spec: Spec,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Result> {
    const [result] = await underWatch(watchConditions(this.#surroundings), async () => [
      await super.run(spec, signal, onProgress),
    ]);
    return result!;
  }

  override async compare(
    specs: readonly Spec[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<RecordFile> {
    let record: RecordFile | undefined;
    const results = await underWatch(watchConditions(this.#surroundings), async () => {
      record = await super.compare(specs, signal, onProgress);
      return record.results;
    });
    return { ...record!, results: [...results] };
  }
}
