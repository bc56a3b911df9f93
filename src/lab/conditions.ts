import type { Result } from '../io/record.ts';

/** What of a page's surroundings spoils times. */
export interface PageSurroundings {
  readonly document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
  readonly navigator: Partial<Navigator> & {
    /** Where a browser has it; not in the DOM's types. */
    getBattery?(): Promise<{ readonly charging: boolean }>;
  };
}

/** Warns of what a page's surroundings were while something was measured. */
export interface ConditionWatch {
  /** Ends the watch. @returns a sentence for each condition that spoils times. */
  end(): Promise<readonly string[]>;
}

const HIDDEN =
  'The tab was hidden meanwhile: browsers slow hidden tabs down. Keep it in front, and measure again.';
const BATTERY =
  'The machine runs on its battery: many lower their clocks. Plug it in for times that compare.';

/** Watches from now on whether the page is hidden; at the end, whether the machine runs on its battery. */
export function watchConditions({ document, navigator }: PageSurroundings): ConditionWatch {
  let hidden = document.visibilityState === 'hidden';
  const look = (): void => {
    hidden ||= document.visibilityState === 'hidden';
  };
  document.addEventListener('visibilitychange', look);
  return {
    end: async () => {
      document.removeEventListener('visibilitychange', look);
      // A browser may refuse to tell; then nothing is known.
      const battery = await navigator.getBattery?.().catch(() => undefined);
      return [...(hidden ? [HIDDEN] : []), ...(battery?.charging === false ? [BATTERY] : [])];
    },
  };
}

/**
 * Takes times under a watch.
 *
 * @returns what the work gave, with the warnings in every result that has a time: only times are spoilt.
 */
export async function underWatch(
  watch: ConditionWatch,
  work: () => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  try {
    const results = await work();
    const warnings = await watch.end();
    return warnings.length === 0 ? results : results.map((result) => warn(result, warnings));
  } finally {
    // Once more where the work failed; ending twice is no harm.
    await watch.end();
  }
}

const warn = (result: Result, warnings: readonly string[]): Result =>
  result.timing ? { ...result, warnings: [...(result.warnings ?? []), ...warnings] } : result;
