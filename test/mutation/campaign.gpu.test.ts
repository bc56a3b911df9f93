import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { locate } from '../../src/kernels/compose.ts';
import { mainPass } from '../../src/kernels/plan.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { openDawn } from '../support/dawn.ts';
import { CASES, type Case } from './cases.ts';
import { mutantsOf } from './choose-mutants.ts';
import { explanationOf, nameOf } from './equivalents.ts';
import { judgeMutant, verifyText } from './judge-mutant.ts';
import { ModuleText } from './module-text.ts';
import { changedLine } from './mutant.ts';
import { type Judged, tallyText } from './tally.ts';

verifyQuickly();

const WANTED = process.env['MUTANTS'];
/** `MUTANTS=32` makes so many of each kernel on each of its problems, which takes its time; without it, a few show that the campaign works. */
const COUNT = Number(WANTED ?? 2);
const RUN = WANTED === undefined ? firstOf('naive', 'gemv', 'tiled') : CASES;
/** A file to which each mutant is written as it is judged, a line of JSON each. */
const LOG = process.env['MUTANTS_LOG'];

let gpu: Gpu;
const judged: Judged[] = [];
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
  process.stderr.write(`${tallyText(judged)}\n`);
});

describe.each(RUN)('$kernel on $spec.format', (each: Case) => {
  const { kernel, spec } = each;
  test('no mutant is called right that is wrong', { timeout: 120_000 + COUNT * 60_000 }, async () => {
    const plan = planSpec(spec, gpu.caps);
    if (plan.kind === 'rejected') throw new Error(plan.constraint);
    const { shader } = mainPass(plan.passes);
    const module = new ModuleText(
      shader.code,
      plan.passes.map(({ entryPoint }) => entryPoint),
    );
    const lines = shader.code.split('\n');
    // The control: with an end to its loops, and nothing else changed, the kernel is right.
    expect(await verifyText(gpu, spec, shader.code, 'all')).toMatchObject({ passed: true });
    const missed: string[] = [];
    let count = 0;
    for (const mutant of mutantsOf(module, CASES.indexOf(each))) {
      const begun = performance.now();
      const fate = await judgeMutant(gpu, spec, shader.code, mutant);
      if (fate.kind === 'stillborn') continue;
      const { family, operator, line } = mutant;
      const survivor = {
        kernel,
        format: spec.format,
        at: locate(shader, line),
        operator,
        was: lines[line - 1]!.trim(),
        line: changedLine(shader.code, fate.edit),
      };
      const by = fate.kind === 'caught' ? fate.by : [];
      const equivalent = fate.kind === 'survived' ? explanationOf(survivor) : undefined;
      const one = { ...survivor, family, by, equivalent };
      judged.push(one);
      if (LOG !== undefined)
        appendFileSync(LOG, `${JSON.stringify({ ...one, ms: performance.now() - begun })}\n`);
      if (fate.kind === 'survived' && equivalent === undefined) missed.push(nameOf(survivor));
      if (++count === COUNT) break;
    }
    expect(missed).toEqual([]);
    expect(count).toBe(COUNT);
  });
});

/** The first case of each of some kernels. */
function firstOf(...kernels: readonly string[]): readonly Case[] {
  return kernels.map((kernel) => CASES.find((each) => each.kernel === kernel)!);
}
