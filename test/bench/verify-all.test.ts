import { describe, expect, it } from 'vitest';
import { chooseCases } from '../../bench/verify-cases.ts';
import type { Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { ENVIRONMENT, okResult, runFake } from './fake-context.ts';

const SOFTWARE = { ...ENVIRONMENT, adapter: { ...ENVIRONMENT.adapter, software: true } };
const count = chooseCases(0).length;

const isPlanted = ({ kernel, format, group }: Spec): boolean =>
  kernel === 'naive' && format === 'int8' && group === 128;

const planted =
  (status: Result['status']) =>
  (spec: Spec): Result =>
    isPlanted(spec) ? { environment: 0, spec, status, reason: 'planted here', retries: 0 } : okResult(spec);

interface Coverage {
  readonly coverage: readonly { readonly pairs: readonly { variant: string; coveredPairs: number }[] }[];
}

describe('verify --all', () => {
  it('verifies on both engines, two at a time, in full on Node and a quarter on a software adapter in Chrome', async () => {
    const ran = await runFake(['verify', '--all'], { environment: SOFTWARE });
    expect(ran.engines.map(({ name }) => name)).toEqual(['node', 'node', 'chrome', 'chrome']);
    expect(ran.specs.length).toBe(count + Math.ceil(count / 4));
    expect(ran).toMatchObject({ code: 0, closed: 4 });
    expect(ran.stdout).toContain(`${count.toLocaleString('en-US')} cases in`);
    expect(ran.stdout).toContain(
      `${Math.ceil(count / 4)} cases of ${count.toLocaleString('en-US')} (a quarter, chosen by --seed)`,
    );
  });

  it('verifies in full on hardware in Chrome', async () => {
    const ran = await runFake(['verify', '--all', '--engine', 'chrome']);
    expect(ran.specs.length).toBe(count);
  });

  it('lists rejections with their reason and ends right', async () => {
    const ran = await runFake(['verify', '--all', '--engine', 'node'], { result: planted('unsupported') });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/rejected, \d+ cases?: planted here/);
  });

  it.each([
    ['wrong', 2],
    ['failed', 6],
  ] as const)('names what is %s and ends with %i', async (status, code) => {
    const ran = await runFake(['verify', '--all', '--engine', 'node'], { result: planted(status) });
    expect(ran.code).toBe(code);
    expect(ran.stdout).toMatch(/\d+ × .*int8\w*-g128/);
    expect(ran.stdout).toMatch(new RegExp(`[1-9]\\d* ${status}`));
  });

  it('counts only pairs of right results as covered', async () => {
    const coverageOf = async (result: (spec: Spec) => Result): Promise<unknown> => {
      const { stdout } = await runFake(['verify', '--all', '--engine', 'node', '--json', '-'], { result });
      return (JSON.parse(stdout) as Coverage).coverage[0]!.pairs.find(({ variant }) => variant === 'naive')!
        .coveredPairs;
    };
    const all = await coverageOf(okResult);
    expect(await coverageOf(planted('wrong'))).toBeLessThan(Number(all));
  });
});
