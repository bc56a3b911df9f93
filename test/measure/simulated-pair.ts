import { hash32, normal } from '../../src/base/random.ts';
import { nanoseconds } from '../../src/base/units.ts';
import { measure, type Measurement } from '../../src/measure/measure.ts';
import type { Protocol } from '../../src/measure/protocol.ts';
import { FakeMachine } from './fake-gpu.ts';

/** Time of one dispatch of the first kernel [ns]: each sample is of one, so that a round takes 20 ms. */
export const DISPATCH_NS = 10_000_000;

/** Two kernels and the noise of the machine that they are measured on. */
export interface SimulatedPair {
  /** True time of the second ÷ time of the first. */
  readonly ratio: number;
  /** Of each kernel's times, as a share. */
  readonly own: number;
  /** How much a kernel's noise resembles that of its round before; 0 by default. */
  readonly rho?: number;
  /** Noise that both have alike in a round, as a share; 0 by default. */
  readonly common?: number;
}

/** What was measured of one of a pair. */
export type Measured = Extract<Measurement, { kind: 'measured' }>;

/** Measures a pair as the lab does: calibrated, warmed up, in interleaved rounds until the protocol's stop rule ends them. */
export async function measurePair(
  { ratio, own, rho = 0, common = 0 }: SimulatedPair,
  protocol: Protocol,
  seed: number,
): Promise<readonly [Measured, Measured]> {
  const machine = new FakeMachine();
  const commonSeed = hash32(seed, 3);
  const kernel = (each: number, stream: number) => {
    const ownSeed = hash32(seed, stream);
    let call = 0;
    let noise = normal(ownSeed, 0);
    return {
      sample: (dispatches: number) => {
        if (call > 0) noise = rho * noise + Math.sqrt(1 - rho ** 2) * normal(ownSeed, call);
        call++;
        // A round has ended whenever one was reported.
        const shared = common * normal(commonSeed, machine.reports.length);
        const took = dispatches * each * Math.exp(own * noise + shared);
        machine.time += took;
        return Promise.resolve(nanoseconds(took));
      },
    };
  };
  const samplers = [kernel(DISPATCH_NS, 1), kernel(DISPATCH_NS * ratio, 2)];
  const options = { timer: { source: 'timestamp-query', stepNs: 1 }, protocol, seed } as const;
  return (await measure(samplers, options, machine)) as unknown as readonly [Measured, Measured];
}
