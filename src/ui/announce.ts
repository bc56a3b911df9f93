import type { Activity, Finished } from './experiment.ts';
import { leadingFigures } from './result-figures.ts';
import { phaseLabel } from './progress-wording.ts';
import { wordVerdict } from './verdict-wording.ts';

/** What a screen reader is told of the page's state: each phase once, then the verdict and the time. */
export function announcement(activity: Activity, finished: Finished | undefined): string {
  switch (activity.kind) {
    case 'running':
      return `${phaseLabel(activity.progress)}…`;
    case 'cancelled':
      return 'Cancelled.';
    case 'stopped':
      return `${activity.advice.title}.`;
    case 'idle':
      return finished ? spoken(finished) : '';
  }
}

function spoken({ result }: Finished): string {
  const { headline, details } = wordVerdict(result);
  const time = leadingFigures(result)[0];
  return [
    `${headline}.`,
    ...details.slice(0, 1),
    ...(time ? [`${time.label}: ${time.value} ${time.unit ?? ''}.`] : []),
  ].join(' ');
}
