import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runNode } from './process.mjs';
import { ROOT } from './root.mjs';

/** @typedef {{ passed: number, failed: number, output: string }} Count of tests; `output` says what failed */

/**
 * The part of Vitest's JSON report that is read here.
 *
 * @typedef {object} Report
 * @property {number} numTotalTests
 * @property {number} numPassedTests
 * @property {FileReport[]} testResults
 */

/**
 * @typedef {object} FileReport
 * @property {string} status
 * @property {string} name path of the file
 * @property {string} [message] why it did not load
 * @property {{ status: string, fullName: string, failureMessages?: string[] }[]} assertionResults
 */

/** More failures than these are only counted. */
const MOST_SHOWN = 20;

/** Lines of a failure's message that are shown; the stack and large arrays follow after. */
const MOST_LINES = 14;

/**
 * Runs the tests of one Vitest project.
 *
 * @param {string} project
 * @param {NodeJS.ProcessEnv} env
 * @param {number} limitMs [ms]
 * @returns {Promise<Count>}
 */
export async function runVitest(project, env, limitMs) {
  const folder = mkdtempSync(join(tmpdir(), 'subbyte-tests-'));
  const file = join(folder, 'report.json');
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  try {
    const args = ['run', '--project', project, ...reporters, '--allowOnly=false'];
    const { code, output } = await runNode(vitest, args, { cwd: ROOT, env, limitMs, quiet: true });
    if (code === 124)
      return { passed: 0, failed: 1, output: `${output}\nStopped after ${limitMs / 60_000} minutes.` };
    return judge(readReport(file), code, output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {Report | undefined} undefined if Vitest wrote none
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * What a run of Vitest amounts to: a test that was skipped has failed, and so has a file that did not load or a project
 * without tests.
 *
 * @param {Report | undefined} report
 * @param {number} code Vitest's exit code
 * @param {string} output what it printed
 * @returns {Count}
 */
export function judge(report, code, output) {
  if (!report) return { passed: 0, failed: 1, output: `${output}\nNo test ran.` };
  const failures = report.testResults.flatMap(failuresOf);
  if (report.numTotalTests === 0) failures.push('No test ran.');
  // An error outside every test fails the run and no test.
  if (failures.length === 0 && code !== 0) failures.push(output);
  const hidden = failures.length - MOST_SHOWN;
  const shown = [...failures.slice(0, MOST_SHOWN), ...(hidden > 0 ? [`… and ${hidden} more.`] : [])];
  return { passed: report.numPassedTests, failed: failures.length, output: shown.join('\n\n') };
}

/**
 * @param {FileReport} file
 * @returns {string[]} an entry for each test that did not pass, or one for a file that did not load
 */
function failuresOf({ status, name, message, assertionResults }) {
  const path = relative(ROOT, name);
  if (status === 'failed' && assertionResults.length === 0)
    return [`${path}: did not load\n${head(message)}`];
  return assertionResults
    .filter((test) => test.status !== 'passed')
    .map((test) => {
      const why =
        test.status === 'failed' ? head(test.failureMessages?.[0]) : '  skipped, which counts as failed';
      return `${path} > ${test.fullName}\n${why}`;
    });
}

/** @param {string | undefined} message */
function head(message = '') {
  const lines = stripVTControlCharacters(message).split('\n');
  const rest = lines.length > MOST_LINES ? ['…'] : [];
  return [...lines.slice(0, MOST_LINES), ...rest].map((line) => `  ${line}`).join('\n');
}
