import { FENCE_WORDS } from '../device/fenced-run.ts';
import type { FencedRun } from '../device/gpu.ts';
import { customShader } from '../kernels/custom-text.ts';
import type { KernelPlan } from '../kernels/plan.ts';
import { tokensOf } from '../kernels/wgsl-text/tokens.ts';
import { withoutLengths } from '../kernels/wgsl-text/without-lengths.ts';
import type { Check } from '../io/record.ts';
import { POISON_BITS } from '../reference/poison.ts';
import { checkText, firstChange, type RightOutput, whyUnlike } from './check-text.ts';
import type { Subject } from './subject.ts';

const check = 'bounds';

/**
 * Runs a kernel, on the inputs that are in its buffers, over buffers that go on behind their ends, twice, with other values there. What
 * lies behind the end of what is bound is the device's own matter: one drops a write there, another turns it into one of the last element.
 *
 * @param right its outputs on those inputs where they are exact, so that no bit may change; or why there are none that are right.
 */
export const checkBounds = (subject: Subject, right: RightOutput): Promise<Check> =>
  checkText(subject, check, async (plan) => {
    if (right.kind === 'wrong') return { check, outcome: 'not made', says: right.says };
    if (plan.passes.some(({ shader }) => asksForLength(shader.code))) {
      return {
        check,
        outcome: 'not made',
        says: 'The text asks for arrayLength, which larger buffers would change.',
      };
    }
    const runs = await runFenced(subject, plan);
    const overrun = runs.find((run) => run.overrun !== undefined)?.overrun;
    if (overrun) {
      const says = `It writes behind the end of ${overrun.role}: word ${overrun.word} there, counted from 0.`;
      return { check, outcome: 'failed', says };
    }
    const [one, other] = runs.map(({ output }) => output) as [Float32Array, Float32Array];
    const unlike = whyUnlike(plan, right);
    if (unlike !== undefined) return { check, outcome: 'passed', says: `${WROTE_NOTHING} ${unlike}` };
    const changed =
      firstChange(other, one) ?? (right.kind === 'exact' ? firstChange(right.output, one) : undefined);
    if (!changed) return { check, outcome: 'passed', says: PASSED };
    const { N } = plan.problem;
    const says =
      'It reads behind the end of a buffer: with other values there, the output changes at ' +
      `m = ${Math.floor(changed.at / N)}, n = ${changed.at % N} from ${changed.from} to ${changed.to}.`;
    return { check, outcome: 'failed', says };
  });

/** Runs a plan's passes, in which no array has a length of its own that would keep indices within it, once with each fence. */
async function runFenced({ loaded }: Subject, plan: KernelPlan): Promise<readonly FencedRun[]> {
  const passes = plan.passes.map((pass) => ({
    ...pass,
    shader: customShader(withoutLengths(pass.shader.code)),
  }));
  const isAsBound = passes.every(({ shader }, i) => shader.code === plan.passes[i]!.shader.code);
  const unbound = isAsBound ? loaded : await loaded.beside({ ...plan, passes });
  try {
    const runs: FencedRun[] = [];
    for (const fence of FENCE_WORDS) runs.push(await unbound.runFenced(POISON_BITS, fence));
    return runs;
  } finally {
    if (!isAsBound) unbound.destroy();
  }
}

const PASSED = 'It writes nothing, and uses nothing, of the 64 KiB behind the end of each buffer.';
const WROTE_NOTHING =
  'It writes nothing behind the end of a buffer. Whether it uses what is there is not shown.';

const asksForLength = (wgsl: string): boolean => tokensOf(wgsl).some(({ text }) => text === 'arrayLength');
