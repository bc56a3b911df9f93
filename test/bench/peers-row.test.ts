import { describe, expect, it } from 'vitest';
import { LoadedArm } from '../../bench/peers/loaded-arm.ts';
import type { OurKernel } from '../../bench/peers/our-kernel.ts';
import type { Peer, Product } from '../../bench/peers/peer.ts';
import { type Contest, rowOf, sideKey } from '../../bench/peers/peer-row.ts';
import { peersMarkdown, peersText } from '../../bench/report/peers-text.ts';
import { nanoseconds } from '../../src/base/units.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import type { Timed } from '../../bench/peers/time-contenders.ts';
import { ENVIRONMENT, okResult } from './fake-context.ts';

const SPEC = { ...DEFAULT_SPEC, m: 1, n: 2, k: 32, weights: 'random', activation: 'f32' } as const;
const EXPECTED = Float64Array.of(2, -4);
const PRODUCT = { M: 1, N: 2, K: 32, activation: 'f32' } as Product;
const SHARED = {} as Parameters<typeof LoadedArm.open>[3];
const EARS = {
  clock: { time: () => Promise.resolve(1) },
  names: {
    during: async (work: () => Promise<void>) => {
      await work();
      return ['TheirKernel'];
    },
  },
};

const peerThatGives = (output: readonly number[]): Peer => ({
  id: 'peer',
  library: 'a-library',
  setting: 'level 0',
  weights: 'packed',
  accuracy: 'float',
  load: () =>
    Promise.resolve({
      run: () => Promise.resolve(),
      read: () => Promise.resolve(Float32Array.from(output)),
      release: () => Promise.resolve(),
    }),
});

const timedAs = (times: readonly number[]): Timed => ({
  kind: 'timed',
  timing: { samplesNs: times, productsPerSample: 1, medianNs: times[0]!, ciLowNs: 0, ciHighNs: 0 },
  times: times.map(nanoseconds),
});

/** Our kernel, whose output is read after it was timed. */
function ourKernel(verified: readonly number[], last = verified): OurKernel {
  const loaded = {
    plan: { variant: 'tiled', tile: { BM: 64 } },
    readOutput: () => Promise.resolve(Float32Array.from(last)),
  };
  const { verification } = okResult(SPEC);
  return {
    kind: 'kernel',
    subject: { loaded } as unknown as OurKernel['subject'],
    verification: verification!,
    output: Float32Array.from(verified),
    candidates: [{ variant: 'tiled', ns: 1 }],
  };
}

async function rowFor(
  peer: Peer,
  ours: OurKernel | { kind: 'none'; reason: string },
): Promise<ReturnType<typeof rowOf>> {
  const arm = await LoadedArm.open(peer, PRODUCT, EXPECTED, SHARED, EARS);
  const rounds = [1, 2, 1.5, 3, 1, 2.5, 1.2, 1.1];
  const timed = new Map<object, Timed>([[ours, timedAs(rounds.map((ns) => ns * 1e6))]]);
  if (typeof arm !== 'string') timed.set(arm, timedAs(rounds.map((ns) => ns * 4e6)));
  const key = sideKey({ activation: 'f32', output: 'f32', claim: 'same-bits' });
  const contest: Contest = {
    spec: SPEC,
    product: PRODUCT,
    expected: EXPECTED,
    ours: new Map([[key, ours]]),
    timed,
  };
  return rowOf(peer, arm, contest);
}

describe('a row', () => {
  it('has the ratio of times of the same rounds, whatever the rounds have in common', async () => {
    const row = await rowFor(peerThatGives([2, -4]), ourKernel([2, -4]));
    expect(row.status).toBe('compared');
    expect(row.ratio?.ratio).toBeCloseTo(0.25, 12);
    expect(row.ratio?.ciLow).toBeCloseTo(0.25, 12);
    expect(row.ratio?.ciHigh).toBeCloseTo(0.25, 12);
    expect(row.theirs?.kernels).toEqual(['TheirKernel']);
  });

  it('says that a peer is wrong beyond its tolerance, and keeps the ratio', async () => {
    const row = await rowFor(peerThatGives([2, -4.1]), ourKernel([2, -4]));
    expect(row.status).toBe('peer-wrong');
    expect(row.theirs?.error.maxRelative).toBeCloseTo(0.025, 6);
    expect(row.ratio).toBeDefined();
  });

  it('says that ours is wrong where the timed output has other bits than the verified one', async () => {
    const row = await rowFor(peerThatGives([2, -4]), ourKernel([2, -4], [2, -4.0000005]));
    expect(row).toMatchObject({ status: 'ours-wrong' });
    expect(row.ratio).toBeUndefined();
  });

  it('refuses a peer that chose a kernel of another class of accuracy than its setting allows', async () => {
    const peer: Peer = { ...peerThatGives([2, -4]), accuracyOf: () => 'int8-activations' };
    const row = await rowFor(peer, ourKernel([2, -4]));
    expect(row.status).toBe('not-comparable');
    expect(row.reason).toContain('rounds activations to int8');
    expect(row.ratio).toBeUndefined();
  });

  it('tells why a peer did not load', async () => {
    const peer: Peer = { ...peerThatGives([]), load: () => Promise.reject(new Error('no such backend')) };
    expect(await rowFor(peer, ourKernel([2, -4]))).toMatchObject({
      status: 'peer-failed',
      reason: 'no such backend',
    });
  });

  it('says that ours is wrong even where the peer did not load', async () => {
    const peer: Peer = { ...peerThatGives([]), load: () => Promise.reject(new Error('no such backend')) };
    expect(await rowFor(peer, ourKernel([2, -4], [2, 4]))).toMatchObject({ status: 'ours-wrong' });
  });

  it('tells that there is no kernel of ours, with the error of the peer', async () => {
    const row = await rowFor(peerThatGives([2, -4]), { kind: 'none', reason: 'No int8 kernel here.' });
    expect(row).toMatchObject({ status: 'not-comparable', reason: 'No int8 kernel here.' });
    expect(row.theirs?.error.maxRelative).toBe(0);
  });
});

describe('the report', () => {
  const record = async () => ({
    schemaVersion: 1 as const,
    environment: ENVIRONMENT,
    options: {
      m: [1],
      n: 2,
      k: 32,
      format: 'int4',
      groups: [32],
      activations: ['f32' as const],
      rounds: 8,
      seed: 1,
      adapter: 'auto' as const,
    },
    rows: [
      await rowFor(peerThatGives([2, -4]), ourKernel([2, -4])),
      await rowFor(peerThatGives([2, NaN]), ourKernel([2, -4])),
    ],
  });

  it('shows shape, kernels, times, ratio with interval, and errors', async () => {
    const text = peersText(await record());
    expect(text).toMatch(
      /1 × 2 × 32 +int4-g32 +f32 +a-library: level 0 +TheirKernel +tiled +1\.00 ms +4\.00 ms +0\.250 \[0\.250, 0\.250\] +0 +0 +same bits/,
    );
    expect(text).toContain('PEER WRONG');
    expect(text).toContain('Acme 9000');
  });

  it('is a table in Markdown with as many cells in each line', async () => {
    const lines = peersMarkdown(await record())
      .split('\n')
      .slice(0, 4);
    expect(new Set(lines.map((line) => line.split(' | ').length)).size).toBe(1);
  });
});
