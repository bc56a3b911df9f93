import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backportsSource } from './apt-sources.mjs';
import { run } from './process.mjs';

/**
 * What kind of Linux this is, from `/etc/os-release`; empty fields elsewhere.
 *
 * @returns {{ id: string, like: readonly string[], codename: string }} `like` has the id too
 */
export function distribution() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const field = (/** @type {string} */ name) =>
    new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(text)?.[1] ?? '';
  const id = field('ID');
  return { id, like: [id, ...field('ID_LIKE').split(' ')], codename: field('VERSION_CODENAME') };
}

/** Whether packages can be installed here with apt, that is: there is one, and we are root. */
export function canInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Installs packages without asking anything. Sources that cannot be reached are left aside: what counts is
 * whether the packages arrive.
 *
 * @param {readonly string[]} packages
 * @param {(line: string) => void} say
 * @param {string} [suite] take them from this suite
 * @returns {Promise<boolean>} whether all of them are installed now
 */
export async function aptInstall(packages, say, suite) {
  say(`Installing ${packages.join(', ')}${suite ? ` from ${suite}` : ''} with apt …`);
  const from = suite ? ['-t', suite] : [];
  const { code, output } = await apt(['install', '-y', '--no-install-recommends', ...from, ...packages]);
  if (code !== 0) say(output.trimEnd());
  return code === 0;
}

/** Reads the lists of packages anew. */
export async function aptUpdate() {
  await apt(['update']);
}

/**
 * The major version of a package that a plain install would bring.
 *
 * @param {string} name
 * @returns {Promise<number>} NaN if there is none
 */
export async function candidateMajor(name) {
  const { output } = await run('apt-cache', ['policy', name], { quiet: true });
  return Number(/Candidate: (?:\d+:)?(\d+)/.exec(output)?.[1]);
}

/**
 * Adds the backports of this Debian release to apt's sources, unless they are there.
 *
 * @param {string} codename
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} whether they are there now
 */
export async function addBackports(codename, say) {
  const source = backportsSource(readSources(), codename);
  if (source === undefined) return false;
  if (source === 'present') return true;
  say(`Adding ${codename}-backports to apt's sources (${source.path}) …`);
  writeFileSync(source.path, source.text);
  await aptUpdate();
  return true;
}

/** @returns {import('./apt-sources.mjs').SourceFile[]} */
function readSources() {
  const folder = '/etc/apt/sources.list.d';
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name))
    : [];
  return ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))]
    .filter((path) => existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** @param {readonly string[]} args */
function apt(args) {
  return run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3', ...args], {
    quiet: true,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
