import { invariant } from '../base/invariant.ts';
import type { CheckContext } from './check-context.ts';
import { multipliedInputs } from './quantized-activations.ts';
import type { Subject } from './subject.ts';
import type { TwoInputs } from './two-sets.ts';
import { type Checked, isRight } from './verification.ts';
import { requestFor } from './verify.ts';

/** What was found after timing. */
export interface PostChecked {
  /** The check of the first wrong output, or of the last one. */
  readonly checked: Checked;
  /** Outputs, of all M · N, that are the same in both products. */
  readonly same: number;
}

/**
 * Checks what the last timed dispatch left, which lies over the other product's outputs or over a pattern; then the other product,
 * by one more dispatch on the same path, over what was left. The kernel cannot tell it from one that is timed.
 */
export async function postCheck(
  subject: Subject,
  inputs: TwoInputs,
  { pool, signal, report }: CheckContext,
): Promise<PostChecked> {
  const { loaded } = subject;
  report('post-check', 0);
  const last = await takeOutput(subject, inputs);
  const before = loaded.lastSet;
  await loaded.sample(1, { kept: true });
  invariant(loaded.lastSet !== before, 'dispatches take the two sets of operands in turn');
  const other = await takeOutput(subject, inputs);
  const same = last.output.reduce((sum, value, i) => sum + Number(value === other.output[i]), 0);
  let checked: Checked | undefined;
  for (const [i, { output, multiplied }] of [last, other].entries()) {
    const request = requestFor(subject, multiplied.inputs, 'bound');
    const verdict = await pool.check(request, output, signal, (fraction) => {
      report('post-check', (i + fraction) / 2);
    });
    checked = { verdict, activationFault: multiplied.fault };
    if (!isRight(checked)) break;
  }
  return { checked: checked!, same };
}

/** The output of the last dispatch, and what it multiplied. */
async function takeOutput({ loaded }: Subject, inputs: TwoInputs) {
  const output = await loaded.readOutput();
  return { output, multiplied: await multipliedInputs(loaded, inputs[loaded.lastSet]) };
}
