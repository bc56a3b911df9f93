import type { Learnt } from '../lab/learn-tiles.ts';
import type { Judgement } from '../tune/predictor.ts';
import { formatPercent, plural } from './figures.ts';

/** How well a sweep's times predict others, in a sentence: the error of each predictor on shapes left out, and which wins. */
export function judgementText(judgement: Judgement): string {
  const { winner, regressionError, baselineError, plans, shapes } = judgement;
  const isNear = winner === 'baseline' && regressionError < baselineError;
  const verdict = winner === 'regression' ? 'the regression wins' : 'baseline wins';
  return (
    `Predicting the times of each shape from the others (${plural(plans, 'result')}, ${plural(shapes, 'shape')}), ` +
    `a regression on the plans’ features is off by ${formatPercent(regressionError)} in the median, ` +
    `the baseline bytes ÷ bandwidth + launch by ${formatPercent(baselineError)}: ` +
    `${verdict}${isNear ? ', for the regression is not clearly better' : ''}.`
  );
}

/** How a search begins after a judgement, in a sentence. */
export function beginningText({ judgement, likely }: Learnt): string {
  if (judgement.winner === 'baseline') return 'The search is as it would be without the sweeps.';
  return likely.length > 0
    ? `The search begins with the ${plural(likely.length, 'tile')} that it expects to be fastest.`
    : 'It tells no tile of this search from the default: the search is as it would be without the sweeps.';
}
