import type { FencedRun } from '../device/gpu.ts';
import { customShader } from '../kernels/custom-text.ts';
import type { KernelPlan } from '../kernels/plan.ts';
import { tokensOf } from '../kernels/wgsl-text/tokens.ts';
import { withoutLengths } from '../kernels/wgsl-text/without-lengths.ts';
import type { Check } from '../io/record.ts';
import { POISON_BITS } from '../reference/poison.ts';
import { checkText } from './check-text.ts';
import type { Subject } from './subject.ts';

const check = 'bounds';

/**
 * Runs a kernel, on the inputs that are in its buffers, over buffers that go on behind their ends. What lies behind the end of what is bound
 * is the device's own matter: one drops a write there, another turns it into one of the last element.
 *
 * @param right its outputs on those inputs; the inputs are exact, so that no bit may change. Or why there are none.
 */
export const checkBounds = (subject: Subject, right: Float32Array | string): Promise<Check> =>
  checkText(subject, check, async (plan) => {
    if (typeof right === 'string') return { check, outcome: 'not made', says: right };
    if (plan.passes.some(({ shader }) => asksForLength(shader.code))) {
      return {
        check,
        outcome: 'not made',
        says: 'The text asks for arrayLength, which larger buffers would change.',
      };
    }
    const { output, overrun } = await runFenced(subject, plan);
    if (overrun) {
      const says = `It writes behind the end of ${overrun.role}: word ${overrun.word} there, counted from 0.`;
      return { check, outcome: 'failed', says };
    }
    const at = output.findIndex((value, i) => value !== right[i]);
    if (at < 0) return { check, outcome: 'passed', says: PASSED };
    const { N } = plan.problem;
    const says =
      'It reads behind the end of a buffer: with other values there, the output on exact data changes at ' +
      `m = ${Math.floor(at / N)}, n = ${at % N} from ${right[at]!} to ${output[at]!}.`;
    return { check, outcome: 'failed', says };
  });

/** Runs a plan's passes, in which no array has a length of its own that would keep indices within it. */
async function runFenced({ loaded }: Subject, plan: KernelPlan): Promise<FencedRun> {
  const passes = plan.passes.map((pass) => ({
    ...pass,
    shader: customShader(withoutLengths(pass.shader.code)),
  }));
  if (passes.every(({ shader }, i) => shader.code === plan.passes[i]!.shader.code)) {
    return loaded.runFenced(POISON_BITS);
  }
  const unbound = await loaded.beside({ ...plan, passes });
  try {
    return await unbound.runFenced(POISON_BITS);
  } finally {
    unbound.destroy();
  }
}

const PASSED = 'It writes nothing, and uses nothing, of the 64 KiB behind the end of each buffer.';

const asksForLength = (wgsl: string): boolean => tokensOf(wgsl).some(({ text }) => text === 'arrayLength');
