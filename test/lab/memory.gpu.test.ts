import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import type { Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { MEMORY_FAULTS, type MemoryFault } from '../faults/memory-faults.ts';
import type { DeviceLab } from '../../src/lab/device-lab.ts';
import { findKeptWork, type Quicker } from '../../src/lab/kept-work.ts';
import { openDawn } from '../support/dawn.ts';
import { timedFaults, withTimed } from '../support/timed-faults.ts';
import { QUICK_TILES } from '../support/variant-problem.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

const signal = new AbortController().signal;
const silent = (): void => undefined;

let gpu: Gpu;
let lab: DeviceLab;
beforeAll(async () => {
  gpu = await openDawn();
  lab = labOn(openDawn);
});
afterAll(() => {
  gpu.destroy();
});

const faultOf = (id: string): MemoryFault => MEMORY_FAULTS.find((fault) => fault.id === id)!;

/** A product in which each fault has something to leave out, with a tile that drivers compile soon. */
const on = (kernel: 'naive' | 'skinny' | 'dequant-dense' | 'gemv-dp4a'): Spec =>
  spec({
    kernel,
    m: 4,
    n: 128,
    k: 512,
    activation: kernel === 'gemv-dp4a' ? 'i8' : 'f32',
    params: QUICK_TILES[kernel] ?? {},
  });

describe.each(['naive', 'skinny', 'dequant-dense', 'gemv-dp4a'] as const)('%s', (kernel) => {
  test.each(['hot', 'cold'] as const)('is right when timed %s, and not with what it kept', async (cache) => {
    const [right, ...faulty] = await timedFaults(gpu, { ...on(kernel), cache });
    expect(right).toMatchObject({ right: true, same: 0 });
    expect(faulty.length).toBeGreaterThanOrEqual(2);
    for (const fault of faulty) expect(fault).toMatchObject({ ...fault, right: fault.outcome === 'named' });
  });
});

describe('a kernel that is right', () => {
  /** Its workgroups have 256 outputs, of which a memo computes one. */
  const naive = spec({ m: 16, n: 32, k: 512, params: { WX: 16, WY: 16 } });
  const deep = { ...naive, k: 2048 };
  const skinny = {
    ...on('skinny'),
    ...{ m: 5, k: 8192, params: { ...QUICK_TILES.skinny, SPLIT: 4 } },
  };

  test.each([
    ['one output of a workgroup stands for all', naive, /^Faster when inputs repeat/],
    ['each output holds two results', deep, /^Faster for what it kept/],
    ['the partial sums of two products are kept', skinny, /^Faster for what it kept/],
  ])('is warned of for what it leaves out: %s', async (id, given, warning) => {
    const { warnings } = await keptBy(given, faultOf(id));
    expect(warnings).toContainEqual(expect.stringMatching(warning));
  });

  test.each([naive, skinny])('and leaves nothing out is not: $kernel', async (given) => {
    expect((await keptBy(given)).warnings).toEqual([]);
  });

  const keptBy = async (given: Spec, fault?: MemoryFault): Promise<Quicker> => {
    const own = await listing(lab, given);
    return withTimed(gpu, { ...given, wgsl: fault?.plant(own) ?? own }, ({ loaded }) =>
      findKeptWork(loaded, 16, gpu.description.timer, {
        signal,
        now: () => nanoseconds(performance.now() * 1e6),
        onProgress: silent,
      }),
    );
  };
});

test('a search takes its times of two inputs in turn', async () => {
  const calls: string[] = [];
  const spied: Gpu = {
    ...{ description: gpu.description, caps: gpu.caps, lost: gpu.lost, destroy: silent },
    load: async (...args) =>
      new Proxy(await gpu.load(...args), {
        get: (loaded, name) => {
          const value: unknown = Reflect.get(loaded, name);
          if (typeof value !== 'function') return value;
          calls.push(String(name));
          return value.bind(loaded) as unknown;
        },
      }),
  };
  const sampled = await labOn(() => Promise.resolve(spied)).sample(on('naive'), 2, signal, silent);
  expect(sampled.kind).toBe('timed');
  expect(calls.indexOf('alternate')).toBeGreaterThan(-1);
  expect(calls.indexOf('alternate')).toBeLessThan(calls.indexOf('sample'));
});

const memoryOf = ({ verification }: Result): unknown =>
  verification?.checks?.find(({ check }) => check === 'memory');

describe('the result', () => {
  const given = on('naive');

  test('of a kernel that leaves work out and is wrong says when, and has no time', async () => {
    const wgsl = faultOf('outputs that are there are kept').plant(await listing(lab, given));
    expect((await lab.verify({ ...given, wgsl }, signal, silent)).status).toBe('ok');
    const result = await lab.run({ ...given, wgsl }, signal, silent);
    expect(result).toMatchObject({ status: 'wrong', verification: { passed: false } });
    expect(result.reason).toContain(
      'right before it was timed, and computes something else when it is timed',
    );
    expect(memoryOf(result)).toMatchObject({
      outcome: 'failed',
      says: 'Of 512 outputs, 512 are those of the dispatch before, which had other inputs.',
    });
    expect(result.timing).toBeUndefined();
  });

  test('says what was shown, and of a text of the user what it could keep', async () => {
    const ours = await lab.run(given, signal, silent);
    const users = await lab.run({ ...given, wgsl: `// mine\n${await listing(lab, given)}` }, signal, silent);
    for (const result of [ours, users]) {
      expect(memoryOf(result)).toMatchObject({
        outcome: 'passed',
        says: expect.stringContaining('what it writes (output) was overwritten') as string,
      });
      // Of activations, and of the scales of 128 · 512 / 32 groups.
      expect(result.timing!.secondBytes).toBe(4 * 4 * 512 + 2 * 128 * 16);
    }
    expect(memoryOf(ours)).not.toMatchObject({ says: expect.stringMatching(/could/) as string });
    expect(memoryOf(users)).toMatchObject({ says: expect.stringMatching(/could/) as string });
    expect(users.warnings).toEqual([expect.stringContaining('software adapter')]);
  });
});
