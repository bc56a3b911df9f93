import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../bench/context.ts';
import { RecordSchema, type Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { LabError } from '../../src/lab/lab.ts';
import { okResult, runFake } from './fake-context.ts';

const ended =
  (status: Result['status'], reason = 'because') =>
  (spec: Spec): Result => ({ environment: 0, spec, status, reason, retries: 0 });

const notConverged = (spec: Spec): Result => {
  const result = okResult(spec);
  return { ...result, timing: { ...result.timing!, converged: false } };
};

describe('exit codes', () => {
  it.each([
    ['run', undefined, 0],
    ['run', ended('wrong'), 2],
    ['run', ended('unsupported'), 6],
    ['run', ended('failed'), 6],
    ['run', notConverged, 0],
    ['run --protocol strict', notConverged, 5],
    ['verify', ended('wrong'), 2],
    ['verify', ended('unsupported'), 0],
    ['verify', ended('failed'), 6],
    ['compare --m=2 --m=3', ended('unsupported'), 1],
    ['run --engine firefox', undefined, 1],
    ['run --no-such-option', undefined, 1],
    ['run --m abc', undefined, 1],
    ['rum', undefined, 1],
    ['', undefined, 1],
    ['list nothing', undefined, 1],
    ['verify --exhaustive', undefined, 1],
    ['verify --all --format int4', undefined, 1],
    ['--help', undefined, 0],
    ['run --help', undefined, 0],
    ['list suites', undefined, 0],
  ])('%s', async (line, result, code) => {
    const ran = await runFake(line.split(' ').filter(Boolean), result ? { result } : {});
    expect(ran.code).toBe(code);
  });

  it('of compare is that of its worst experiment', async () => {
    const result = (spec: Spec): Result =>
      spec.m === 2 ? ended('unsupported')(spec) : spec.m === 3 ? ended('wrong')(spec) : okResult(spec);
    expect((await runFake(['compare', '--m 1', '--m 2'], { result })).code).toBe(6);
    expect((await runFake(['compare', '--m 1', '--m 2', '--m 3'], { result })).code).toBe(2);
    expect((await runFake(['compare', '--m 1', '--m 4'], { result })).code).toBe(0);
  });

  it('is 3, with what to do, where there is no adapter or no browser', async () => {
    const noAdapter = await runFake(['run'], {
      lab: { environment: () => Promise.reject(new LabError('no-adapter', 'No adapter was found.')) },
    });
    expect(noAdapter).toMatchObject({ code: 3, stdout: '', closed: 1 });
    expect(noAdapter.stderr).toContain('No adapter was found.\nWhat this machine has');
    const noBrowser = await runFake(['run'], {
      openEngine: () => Promise.reject(new EngineError('No Chrome.', 'Install one.')),
    });
    expect(noBrowser).toMatchObject({ code: 3, stdout: '', stderr: 'No Chrome.\nInstall one.\n' });
  });

  it('is 6 where the lab throws, and the engine is closed', async () => {
    const ran = await runFake(['run'], { lab: { run: () => Promise.reject(new Error('boom')) } });
    expect(ran).toMatchObject({ code: 6, closed: 1, stdout: '' });
    expect(ran.stderr).toContain('boom');
  });
});

describe('what comes out', () => {
  it('is a sentence and a hint on stderr for a mistake', async () => {
    const { stdout, stderr } = await runFake(['run', '--ker', 'naive']);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      "Unknown option '--ker' (Did you mean --kernel?)\nOptions: npm run --silent bench -- run --help\n",
    );
  });

  it('is a valid record and nothing else with --json -', async () => {
    const { stdout, specs } = await runFake(['run', '--m', '3', '--json', '-']);
    const record = v.parse(RecordSchema, JSON.parse(stdout));
    expect(record.environments).toHaveLength(1);
    expect(record.results[0]).toMatchObject({ environment: 0, status: 'ok', spec: specs[0] });
  });

  it('is a table for people else, with verdict, time, interval and machine', async () => {
    const { stdout } = await runFake(['run', '--m', '2', '--n', '3', '--k', '64']);
    expect(stdout).toContain('✓ Verified.');
    expect(stdout).toMatch(
      /checks +Structure, passed: Exact on whole numbers\.\n +Races, not made: It has no workgroup memory\.\n/,
    );
    expect(stdout).toContain('All 6 outputs are within their bounds');
    expect(stdout).toMatch(/time +1\.00 ms \[0\.900, 1\.10\]/);
    expect(stdout).toMatch(/machine +node: Acme 9000/);
  });

  it('is progress on stderr, a line a phase, and none with --quiet', async () => {
    expect((await runFake(['run'])).stderr).toBe('Measuring\n');
    expect((await runFake(['run', '--quiet'])).stderr).toBe('');
    expect((await runFake(['run'], { terminal: true })).stderr).toContain('\r\x1b[KMeasuring round 1 of 2');
  });

  it('names accumulators, epilogue and outputs that are not the default, and what int8 activations cost', async () => {
    const quantized = (spec: Spec): Result => {
      const result = okResult(spec);
      const againstUnquantizedActivations = { maxAbsError: 0.25, maxRelError: 2, nmse: 2.5e-5 };
      return { ...result, verification: { ...result.verification!, againstUnquantizedActivations } };
    };
    const line = 'run --act i8 --acc f16 --epilogue gelu --output f16';
    const { stdout, specs } = await runFake(line.split(' '), { result: quantized });
    expect(specs[0]).toMatchObject({ activation: 'i8', accumulator: 'f16', epilogue: 'gelu', output: 'f16' });
    expect(stdout).toMatch(/product .*i8 activations .* f16 accumulators {2}then gelu {2}f16 outputs/);
    expect(stdout).toMatch(/activations +int8 costs 0\.50 % \(relative RMS\), at most 0\.250 an output/);
    const plain = await runFake(['run']);
    expect(plain.stdout).not.toMatch(/accumulators|then none|f32 outputs|int8 costs/);
  });

  it('is files for --json, --markdown and --csv beside the table', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
    const [json, markdown, csv] = ['r.json', 'r.md', 'r.csv'].map((name) => join(folder, name));
    const { stdout } = await runFake(['run', '--json', json!, '--markdown', markdown!, '--csv', csv!]);
    expect(stdout).toContain('✓ Verified.');
    expect(v.is(RecordSchema, JSON.parse(await readFile(json!, 'utf8')))).toBe(true);
    const lines = (await readFile(csv!, 'utf8')).split('\n');
    expect(lines[0]).toMatch(/^engine,adapter,status/);
    expect(lines[1]).toMatch(/^node,Acme 9000,ok,/);
    expect((await readFile(markdown!, 'utf8')).split('\n')[2]).toContain('| node | Acme 9000 | ok |');
    await rm(folder, { recursive: true });
  });

  it('of compare names what differs, the ratio and its verdict', async () => {
    const { stdout } = await runFake(['compare', '--m 1', '--m 2', '--format', 'int8']);
    expect(stdout).toMatch(/m +verdict +time +ratio to A/);
    expect(stdout).toMatch(/B +2 +Verified +1\.00 ms \[0\.900, 1\.10\] hot +2\.00 \[1\.90, 2\.10\] +SLOWER/);
  });

  it('of wgsl is only the WGSL, or data with --json', async () => {
    expect((await runFake(['wgsl'])).stdout).toBe('fn main() {}\n');
    const { stdout } = await runFake(['wgsl', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ wgsl: 'fn main() {}\n', macsPerIteration: 8, passes: 1 });
  });

  it('of wgsl is the constraint on stderr where a plan rejects', async () => {
    const lab = { wgsl: () => Promise.resolve({ rejected: 'TM must divide BM' }) };
    const ran = await runFake(['wgsl'], { lab });
    expect(ran).toMatchObject({ code: 6, stdout: '' });
    expect(ran.stderr).toContain('TM must divide BM');
  });
});

describe('engines', () => {
  it('are Node unless said otherwise, and are told adapter and browser', async () => {
    expect((await runFake(['run'])).engines).toEqual([{ name: 'node', adapter: 'auto', browser: undefined }]);
    const { engines } = await runFake(
      'run --engine chrome --adapter software --browser /opt/chrome'.split(' '),
    );
    expect(engines).toEqual([{ name: 'chrome', adapter: 'software', browser: '/opt/chrome' }]);
  });

  it('are both looked at by env, which is content with one', async () => {
    const openEngine = (): Promise<never> => Promise.reject(new EngineError('No Chrome.', 'Install one.'));
    const nothing = await runFake(['env'], { openEngine });
    expect(nothing.code).toBe(3);
    expect(nothing.stdout).toContain('chrome: not usable. No Chrome.\n  Install one.');
    const both = await runFake(['env']);
    expect(both).toMatchObject({ code: 0, closed: 2 });
    expect(both.stdout).toContain('shader-f16');
    expect(both.stdout).toMatch(/maxBufferSize +1024/);
  });
});

describe('list', () => {
  it.each(['formats', 'layouts', 'kernels', 'shapes', 'disagreements'])(
    '%s has a line and an entry each',
    async (kind) => {
      const lines = (await runFake(['list', kind])).stdout.trimEnd().split('\n');
      const entries: unknown = JSON.parse((await runFake(['list', kind, '--json'])).stdout);
      expect(entries).toHaveLength(lines.length);
      expect(lines.length).toBeGreaterThan(0);
    },
  );

  it.each(['suites'])('%s says that there are none', async (kind) => {
    expect((await runFake(['list', kind])).stdout).toBe(`There are no ${kind} yet.\n`);
    expect((await runFake(['list', kind, '--json'])).stdout).toBe('[]\n');
  });
});
