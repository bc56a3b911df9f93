import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecordFile, RecordSchema } from '../../src/io/record.ts';
import { launch, type Launched } from './launched.ts';
import { encodeSafetensors } from './safetensors.ts';

const bench = (...args: readonly string[]): Promise<Launched> => launch(args).ended;

const recordOf = (stdout: string): RecordFile => v.parse(RecordSchema, JSON.parse(stdout));

const PRODUCT = '--m 5 --n 65 --k 97 --format int4 --group 32 --kernel naive --quiet'.split(' ');

let folder: string;
let wgsl: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  const listing = await bench('wgsl', ...PRODUCT);
  expect(listing.code, listing.stderr).toBe(0);
  wgsl = listing.stdout;
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function runText(text: string, command = 'verify'): ReturnType<typeof bench> {
  const file = join(folder, 'own.wgsl');
  await writeFile(file, text);
  return bench(command, ...PRODUCT, '--wgsl', file, '--json', '-');
}

describe('the command line on a GPU in Node', () => {
  it('verifies and measures a sample, and prints a valid record alone', async () => {
    const options = '--weights sample:use-tanh --m 3 --kernel naive --json -'.split(' ');
    const { code, stdout, stderr } = await bench('run', ...options);
    expect(code, stderr).toBe(0);
    const { results, environments } = recordOf(stdout);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ status: 'ok', spec: { n: 512, k: 512, m: 3 } });
    expect(results[0]!.verification).toMatchObject({ checkedElements: 1536, integerExact: 'passed' });
    expect(results[0]!.verification!.boundRatio).toBeLessThan(1);
    expect(results[0]!.timing!.medianNs).toBeGreaterThan(0);
    expect(environments[0]!.engine).toBe('node');
    expect(stderr).toContain('Verifying');
  });

  it('verifies the weights of a file', async () => {
    const values = Float32Array.from({ length: 24 * 70 }, (_, i) => Math.sin(i));
    const file = join(folder, 'model.safetensors');
    await writeFile(file, encodeSafetensors('layer.w', [24, 70], values));
    const { code, stdout, stderr } = await bench('verify', '--weights', `${file}#layer.w`, '--json', '-');
    expect(code, stderr).toBe(0);
    expect(recordOf(stdout).results[0]!.spec).toMatchObject({ n: 24, k: 70, weights: `${file}#layer.w` });
  });

  it('runs the text that wgsl printed as if it were its own', async () => {
    const { code, stdout } = await runText(wgsl);
    expect(code).toBe(0);
    expect(recordOf(stdout).results[0]!.status).toBe('ok');
  });

  it.each([
    // K is 97: without its last four runs of eight, the loop ends at 96.
    ['the loop’s end', /run < PADDED_K \/ 8u/, () => 'run < PADDED_K / 8u - 4u'],
    ['a code’s zero', /const ZERO = 8.0f;/, () => 'const ZERO = 7.0f;'],
    ['a group’s size', /const GROUP = 32u;/, () => 'const GROUP = 64u;'],
  ])('finds an edit of %s wrong', async (_, pattern, edited) => {
    const found = pattern.exec(wgsl);
    expect(found, `no ${pattern} in\n${wgsl.slice(0, 1500)}`).not.toBeNull();
    const { code, stdout } = await runText(wgsl.replace(found![0], edited()), 'run');
    expect(code).toBe(2);
    const [result] = recordOf(stdout).results;
    expect(result).toMatchObject({ status: 'wrong' });
    expect(result!.timing).toBeUndefined();
  });

  it('says of text that does not compile where, and ends with 6', async () => {
    const { code, stdout } = await runText(`${wgsl}\nfn broken( {`);
    expect(code).toBe(6);
    expect(recordOf(stdout).results[0]!.reason).toMatch(/expected|unexpected/);
  });

  it('compares two kernels on the same product', async () => {
    const { code, stdout, stderr } = await bench(
      'compare',
      '--kernel naive --set WX=16,WY=4',
      '--kernel naive --set WX=8,WY=8',
      ...'--m 8 --n 64 --k 64 --json -'.split(' '),
    );
    expect(code, stderr).toBe(0);
    const { results, comparisons } = recordOf(stdout);
    expect(results.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]).toMatchObject({ a: 0, b: 1 });
  });
});
