import type { Gpu } from '../../src/device/gpu.ts';
import type { Spec } from '../../src/io/spec.ts';
import { MEMORY_FAULTS } from '../faults/memory-faults.ts';
import { uploadInputs } from '../../src/lab/operands.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { postCheck } from '../../src/lab/post-check.ts';
import { QuantizedSource } from '../../src/lab/quantized-source.ts';
import { prepare, type Subject } from '../../src/lab/subject.ts';
import { alternate, type TwoInputs, twoInputs } from '../../src/lab/two-sets.ts';
import { isRight } from '../../src/lab/verification.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';

/** What became of a text that was timed, its own or one with a fault in it. */
export interface TimedFault {
  readonly fault: string;
  /** What it should be: `right` of the own text. */
  readonly outcome: 'right' | 'wrong' | 'named';
  /** Whether the outputs of both inputs were right. */
  readonly right: boolean;
  /** Outputs that are the same for both inputs. */
  readonly same: number;
}

const signal = new AbortController().signal;
const silent = (): void => undefined;
const source = new QuantizedSource({
  load: () => Promise.reject(new Error('there are random weights only')),
});

/** Does something with a text that is ready to be timed. */
export async function withTimed<T>(
  gpu: Gpu,
  given: Spec,
  work: (subject: Subject, inputs: TwoInputs) => Promise<T>,
): Promise<T> {
  const subject = await prepare(given, gpu, source, signal, silent);
  if (subject.kind === 'ended') throw new Error(subject.reason);
  const inputs = twoInputs(subject);
  uploadInputs(subject.loaded, inputs[0]);
  await alternate(subject, inputs);
  return work(subject, inputs).finally(() => {
    subject.loaded.destroy();
  });
}

/** Runs the text of a spec, and with every memory fault that can be planted in it, as it is timed, and checks what is left. */
export async function timedFaults(gpu: Gpu, given: Spec): Promise<readonly TimedFault[]> {
  const plan = planSpec(given, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const own = plan.passes[0]!.shader.code;
  const faults = MEMORY_FAULTS.filter((fault) => fault.inapplicable(plan) === undefined);
  const texts = [
    { fault: 'none', outcome: 'right' as const, wgsl: own },
    ...faults.map((fault) => ({ fault: fault.id, outcome: fault.outcome, wgsl: fault.plant(own) })),
  ];
  const found: TimedFault[] = [];
  for (const { wgsl, ...text } of texts) {
    const { checked, same } = await withTimed(gpu, { ...given, wgsl }, async (subject, inputs) => {
      if (given.cache === 'cold') await subject.loaded.rotateWeights(2 ** 20);
      await subject.loaded.sample(3);
      return postCheck(subject, inputs, { pool: new LocalPool(), signal, report: silent });
    });
    found.push({ ...text, right: isRight(checked), same });
  }
  return found;
}
