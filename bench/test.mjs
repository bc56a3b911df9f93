import { join } from 'node:path';
import { requireNode } from './env/node-version.mjs';

/** @typedef {import('./env/vitest.mjs').Count} Count */
/**
 * `lane`: the step only reads sources, on one core; those of one lane run one after the other, the lanes side by side.
 *
 * @typedef {{ name: string, title: string, lane?: 0 | 1, run: () => Promise<Count> }} Step
 */

/** No step needs as much; one that hangs must not hang the whole. [ms] */
const LIMIT_MS = 10 * 60_000;

const say = (/** @type {string} */ line) => console.log(line);

requireNode();
const wanted = process.argv.slice(2);
try {
  process.exitCode = await main();
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}

/** @returns {Promise<number>} the exit code */
async function main() {
  const { ensurePackages } = await import('./env/packages.mjs');
  await ensurePackages(say);
  const { ensureSamples } = await import('./env/samples.mjs');
  await ensureSamples();
  const all = await allSteps();
  const unknown = wanted.find((name) => !all.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no step ${unknown}; there are ${all.map(({ name }) => name).join(', ')}.`);
  }
  const steps = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const width = Math.max(...steps.map(({ title }) => title.length)) + 2;
  /** @type {string[]} */
  const table = [];
  const total = { passed: 0, failed: 0 };
  /** @param {Step} step */
  const timed = async ({ run }) => {
    const begun = Date.now();
    const count = await run();
    return { ...count, ms: Date.now() - begun };
  };
  const lanes = [Promise.resolve(), Promise.resolve()];
  const begun = new Map(
    steps.flatMap((step) => {
      if (step.lane === undefined) return [];
      const done = (lanes[step.lane] ?? Promise.resolve()).then(() => timed(step));
      lanes[step.lane] = done.then(() => undefined);
      return [[step, done]];
    }),
  );
  for (const step of steps) {
    const { passed, failed, output, ms } = await (begun.get(step) ?? timed(step));
    const counts = failed > 0 ? `${passed} passed, ${failed} failed` : `${passed} passed`;
    const seconds = `${(ms / 1000).toFixed(1)} s`;
    table.push(`${failed > 0 ? '✗' : '✓'} ${step.title.padEnd(width)}${seconds.padStart(8)}   ${counts}`);
    say(table.at(-1) ?? '');
    if (failed > 0) say(`${output.trim().replaceAll(/^/gm, '    ')}\n`);
    total.passed += passed;
    total.failed += failed;
  }
  if (total.failed > 0) say(['', ...table].join('\n'));
  say(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
}

/** @returns {Promise<readonly Step[]>} */
async function allSteps() {
  const { run } = await import('./env/process.mjs');
  const { ROOT } = await import('./env/root.mjs');
  const { runVitest } = await import('./env/vitest.mjs');
  const { ensureAdapter, ensureChrome } = await import('./env/requirements.mjs');
  const { ensureNodeBundle, ensurePage } = await import('./env/build.mjs');

  /**
   * One program after the other; all must succeed.
   *
   * @param {readonly (readonly string[])[]} commands a script inside node_modules and its arguments
   */
  const programs =
    (...commands) =>
    async () => {
      let output = '';
      for (const [script = '', ...args] of commands) {
        const file = join(ROOT, 'node_modules', script);
        const result = await run(process.execPath, [file, ...args], {
          cwd: ROOT,
          quiet: true,
          limitMs: LIMIT_MS,
        });
        output += result.output;
        if (result.code !== 0) return { passed: 0, failed: 1, output };
      }
      return { passed: 1, failed: 0, output };
    };

  const build = async () => {
    try {
      await ensureNodeBundle(() => undefined);
      await ensurePage(() => undefined);
      return { passed: 1, failed: 0, output: '' };
    } catch (error) {
      return { passed: 0, failed: 1, output: String(error) };
    }
  };

  /**
   * The tests of a project that needs something of the machine.
   *
   * @param {string} project
   * @param {(say: (line: string) => void) => Promise<import('./env/requirements.mjs').Requirement>} ensure
   */
  const testsWith = (project, ensure) => async () => {
    const requirement = await ensure(say);
    if ('missing' in requirement) return { passed: 0, failed: 1, output: requirement.missing };
    say(`  ${project} tests use ${requirement.found}`);
    const env = ensure === ensureChrome ? { ...process.env, CHROME_PATH: requirement.found } : process.env;
    return runVitest(`${project}*`, env, LIMIT_MS);
  };

  const tsc = 'typescript/bin/tsc';
  const eslint = [
    'eslint/bin/eslint.js',
    '--config',
    'test/tooling/eslint.config.js',
    '--max-warnings',
    '0',
    '.',
  ];
  const layers = ['--config', 'test/tooling/layers.cjs', 'src', 'bench', 'test'];
  return [
    {
      name: 'types',
      title: 'types',
      lane: 0,
      run: programs([tsc, '-p', '.'], [tsc, '-p', 'test/tooling/tsconfig.pure.json']),
    },
    {
      name: 'lint',
      title: 'lint',
      lane: 1,
      run: programs(eslint),
    },
    {
      name: 'layers',
      title: 'layers',
      lane: 0,
      run: programs(['dependency-cruiser/bin/dependency-cruise.mjs', ...layers]),
    },
    {
      name: 'templates',
      title: 'templates',
      lane: 0,
      run: programs(['lit-analyzer/cli.js', '--quiet', 'src/ui']),
    },
    {
      name: 'dead',
      title: 'dead code',
      lane: 0,
      run: programs(['knip/bin/knip.js'], ['knip/bin/knip.js', '--config', 'test/tooling/knip.product.js']),
    },
    {
      name: 'format',
      title: 'formatting',
      lane: 0,
      run: programs(['prettier/bin/prettier.cjs', '--check', '.']),
    },
    { name: 'build', title: 'build', run: build },
    { name: 'units', title: 'unit tests', run: () => runVitest('units*', process.env, LIMIT_MS) },
    { name: 'gpu', title: 'GPU tests', run: testsWith('gpu', ensureAdapter) },
    { name: 'chrome', title: 'kernels in Chrome', run: testsWith('chrome', ensureChrome) },
    { name: 'browser', title: 'browser tests', run: testsWith('browser', ensureChrome) },
  ];
}
