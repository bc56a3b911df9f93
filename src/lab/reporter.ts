import type { Phase, Progress } from './lab.ts';

/** Tells how far one step of an experiment is. */
export type Report = (phase: Phase, fraction: number, detail?: string) => void;

/**
 * A reporter of progress.
 *
 * @param index which of `count` experiments the steps belong to.
 */
export function reporter(onProgress: (progress: Progress) => void, index = 0, count = 1): Report {
  return (phase, fraction, detail = '') => {
    const which = count > 1 ? `${index + 1} of ${count}` : '';
    onProgress({
      phase,
      fraction: (index + fraction) / count,
      detail: [which, detail].filter((text) => text !== '').join(': '),
    });
  };
}
