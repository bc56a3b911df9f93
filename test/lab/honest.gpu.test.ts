import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import type { Result } from '../../src/io/record.ts';
import type { DeviceLab } from '../../src/lab/device-lab.ts';
import { commandLine } from '../../src/ui/command-line.ts';
import { openDawn } from '../support/dawn.ts';
import { labOn } from './lab-on.ts';
import { randomSpec } from './random-specs.ts';

verifyQuickly();

/** `HONEST=2000` runs as many specs with five seeds each, from the one numbered `HONEST_FROM` on. */
const COUNT = Number(process.env['HONEST'] ?? 12);
const FROM = Number(process.env['HONEST_FROM'] ?? 0);
const SEEDS = process.env['HONEST'] === undefined ? 2 : 5;
/** Of every so many specs of a long run one has the checks, too, that take compilations of their own. */
const THOROUGH = 3;

let gpu: Gpu;
let lab: DeviceLab;
beforeAll(async () => {
  gpu = await openDawn();
  lab = labOn(() => Promise.resolve(gpu));
});
afterAll(() => {
  gpu.destroy();
});

const tell = (line: string): unknown => process.stderr.write(`${line}\n`);

const verify = (spec: Parameters<DeviceLab['verify']>[0]): Promise<Result> =>
  lab.verify(spec, new AbortController().signal, () => undefined);

test('no honest kernel is called wrong', { timeout: 180_000 + COUNT * SEEDS * 20_000 }, async () => {
  const counts = { ok: 0, wrong: 0, unsupported: 0, failed: 0 };
  const notOk: string[] = [];
  const begun = performance.now();
  for (let index = FROM; index < FROM + COUNT; index++) {
    const drawn = randomSpec(1, index, gpu.caps);
    const checks = process.env['HONEST'] !== undefined && index % THOROUGH === 0 ? 'all' : 'usual';
    for (let seed = 0; seed < SEEDS; seed++) {
      const spec = { ...drawn, seed, checks } as const;
      const { status, reason = '' } = await verify(spec);
      counts[status]++;
      if (status !== 'ok') notOk.push(`${status}: ${reason} (${index})\n  ${commandLine(spec)}`);
    }
    if (index % 50 === 49) tell(`${index + 1} specs, ${Math.round((performance.now() - begun) / 1000)} s`);
  }
  if (process.env['HONEST'] !== undefined) tell([JSON.stringify(counts), ...notOk].join('\n'));
  expect(notOk.filter((line) => !line.startsWith('unsupported'))).toEqual([]);
  expect(counts.ok).toBeGreaterThan(COUNT);
});
