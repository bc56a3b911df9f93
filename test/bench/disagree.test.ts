import { describe, expect, it } from 'vitest';
import { runFake } from './fake-context.ts';

describe('disagree', () => {
  it('prints the rules by their result, with source', async () => {
    const { code, stdout, stderr } = await runFake(['disagree', 'E2M1', '0.25']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^E2M1 tie, 0\.25: Which E2M1 value .*\?\n8 rules give 2 different results\.\n/);
    expect(stdout).toMatch(/^result +who +rule +source$/m);
    expect(stdout).toMatch(/^0 +OCP MX, gfloat +to the nearest, ties to even.* OCP Microscaling/m);
    expect(stdout).toMatch(
      /^0\.5 +microxcaling \(default\) .*microsoft\/microxcaling@7bc4195 mx\/elemwise_ops\.py$/m,
    );
    expect(stdout).toMatch(/^ +Tilus +/m);
  });

  it('says where all agree', async () => {
    expect((await runFake(['disagree', 'E2M1 tie', '1.5'])).stdout).toContain('All 8 rules agree.');
  });

  it('says which rule nobody verified', async () => {
    expect((await runFake(['disagree', 'E4M3', '465'])).stdout).toMatch(/E4M3FNUZ .*\(unverified\)/);
    expect((await runFake(['disagree', 'E2M1', '0.25'])).stdout).not.toContain('unverified');
  });

  it('is data with --json, text where JSON has no number', async () => {
    const answers: unknown = JSON.parse((await runFake(['disagree', 'UE4M3', '0x7F', '--json'])).stdout);
    expect(answers).toMatchObject([
      {
        name: 'UE4M3 code',
        value: '0x7F',
        agree: false,
        groups: [
          { result: 'NaN', rules: [{ projects: 'OCP bits, gfloat' }] },
          { result: 0, rules: [{ projects: 'ggml' }, { projects: "ggml's function" }] },
        ],
      },
    ]);
  });

  it.each(['-0.25', '-.25', '-inf', '-1,2', '-2^-3'])(
    'takes the value %s, which begins with a minus',
    async (value) => {
      const name = value.includes(',') ? 'MX scale' : 'E2M1';
      expect(await runFake(['disagree', name, value])).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it.each([
    [['disagree', 'E9M9', '1'], 'Nobody disagrees about "E9M9".'],
    [['disagree', 'E2M1', 'much'], '"much" is no value'],
    [['disagree', 'E2M1'], "Missing required argument 'value'."],
    [['disagree', 'E2M1', '1', '--jsn'], "Unknown option '--jsn'"],
    [['disagree', 'E2M1', '1', '2'], 'Too many arguments'],
  ])('%j is a mistake of usage', async (args, message) => {
    const { code, stdout, stderr } = await runFake(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('fault of Subbyte');
  });

  it('is listed with its question and number of rules', async () => {
    const { stdout } = await runFake(['list', 'disagreements']);
    expect(stdout).toMatch(/^E2M1 tie +Which E2M1 value .*\? +8 rules$/m);
    const entries: unknown = JSON.parse((await runFake(['list', 'disagreements', '--json'])).stdout);
    expect(entries).toContainEqual(
      expect.objectContaining({ name: 'E8M0 code', input: 'code', example: '0xFF' }),
    );
  });
});
