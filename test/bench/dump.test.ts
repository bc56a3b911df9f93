import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { Judged } from '../../src/lab/lab.ts';
import { type Fake, okResult, type Ran, runFake } from './fake-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The numbers of a file, and what its header says of them. */
async function load(name: string): Promise<{ header: string; values: number[] }> {
  const bytes = await readFile(join(folder, `${name}.npy`));
  const length = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + length).trim();
  const data = Uint8Array.from(bytes.subarray(10 + length)).buffer;
  return {
    header,
    values: [...(header.includes("'<f8'") ? new Float64Array(data) : new Float32Array(data))],
  };
}

const JUDGED: Judged = {
  activations: new Float32Array([1, 2, -1, 0.5, 0, 3]),
  output: new Float32Array([10, 11, 12, 13, 14, 15]),
};
/** 2 × 3 × 3 (M × N × K) of a format whose weights are what they were drawn to be closest to. */
const SMALL = ['--m', '2', '--n', '3', '--k', '3', '--format', 'int2', '--group', '3'];

const run = (words: string, fake: Fake = {}): Promise<Ran> =>
  runFake([...words.split(' '), ...SMALL, '--dump', folder], {
    ...fake,
    lab: { judged: () => Promise.resolve(JUDGED), ...fake.lab },
  });

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('--dump', () => {
  test.each(['run', 'verify'])(
    'of %s writes what was multiplied, what came out and what is right',
    async (command) => {
      const { code } = await run(command);
      expect(code).toBe(0);
      expect(await load('activations')).toEqual({
        header: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
        values: [...JUDGED.activations],
      });
      expect(await load('output')).toEqual({
        header: "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
        values: [...JUDGED.output],
      });
      const weights = await load('weights');
      expect(weights.header).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }");
      const columns = [0, 3, 6].map((from) => weights.values.slice(from, from + 3));
      // Each column is a scale of two bits' values: −2, −1, 0 and 1.
      for (const column of columns) {
        const scale = Math.max(...column.map(Math.abs));
        expect(scale).toBeGreaterThan(0);
        for (const value of column) expect([0, 0.5, 1]).toContain(Math.abs(value) / scale);
      }
      const rows = [
        [1, 2, -1],
        [0.5, 0, 3],
      ];
      const reference = await load('reference');
      expect(reference.header).toBe("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }");
      expect(reference.values).toEqual(rows.flatMap((row) => columns.map((column) => dot(row, column))));
    },
  );

  test('writes f64 weights where f32 would round them, and the reference behind its epilogue', async () => {
    await run('verify --scale f32 --zero-point min --epilogue silu');
    const { header, values } = await load('weights');
    expect(header).toContain("'<f8'");
    const sum = dot([1, 2, -1], values.slice(0, 3));
    expect((await load('reference')).values[0]).toBeCloseTo(sum / (1 + Math.exp(-sum)), 12);
  });

  test('writes an output that is wrong, too', async () => {
    const wrong = (spec: Spec): Result => ({ ...okResult(spec), status: 'wrong' });
    const { code } = await run('run', { result: wrong });
    expect(code).toBe(2);
    expect((await load('output')).values).toEqual([...JUDGED.output]);
  });

  test('writes nothing and says so where no kernel ran', async () => {
    const { stderr } = await run('verify', { lab: { judged: () => Promise.resolve(undefined) } });
    expect(stderr).toContain(`Nothing was written to ${folder}: the kernel did not run.`);
    await expect(load('output')).rejects.toThrow('ENOENT');
  });

  test('is refused before an engine opens where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '');
    for (const path of [join(folder, 'file'), join(folder, 'file', 'new'), '']) {
      const { code, stderr, engines } = await runFake(['run', ...SMALL, '--dump', path]);
      expect([code, engines]).toEqual([1, []]);
      expect(stderr).toContain(`Nothing can be written to ${path}: `);
    }
  });

  test('is of one experiment', async () => {
    const { code, stderr, engines } = await runFake(['verify', '--all', '--dump', folder]);
    expect([code, engines]).toEqual([1, []]);
    expect(stderr).toContain('--dump was given with --all.');
  });
});
