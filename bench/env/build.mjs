import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runNode } from './process.mjs';
import { ROOT } from './root.mjs';

/** What a build is made from. */
const INPUTS = ['src', 'shaders', 'vite.config.ts', 'tsconfig.json', 'package-lock.json'];

/** Holds, as its time of change, when the build began whose result lies beside it. */
const STAMP = '.built';

/**
 * Builds the page into `dist/page` where something it is made from has changed.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the folder
 * @throws {Error} if Vite fails; it has said why on stderr
 */
export function ensurePage(say) {
  return ensure('page', [...INPUTS, 'public'], [], say);
}

/**
 * Builds the command line and its reference worker into `dist/node`, likewise.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the folder
 * @throws {Error} if Vite fails; it has said why on stderr
 */
export function ensureNodeBundle(say) {
  return ensure('node', [...INPUTS, 'bench'], ['--mode', 'node'], say);
}

/**
 * Builds the page of other libraries into `dist/peers`, likewise.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the folder
 * @throws {Error} if Vite fails; it has said why on stderr
 */
export function ensurePeersPage(say) {
  return ensure('peers', [...INPUTS, 'bench/peers'], ['--mode', 'peers'], say);
}

/** What is built, as told to the user. */
const NAMES = { page: 'the page', node: 'the command line', peers: 'the page of other libraries' };

/**
 * @param {keyof typeof NAMES} name
 * @param {readonly string[]} inputs
 * @param {readonly string[]} args
 * @param {(line: string) => void} say
 */
async function ensure(name, inputs, args, say) {
  const folder = join(ROOT, 'dist', name);
  const stamp = join(folder, STAMP);
  if (existsSync(stamp) && newest(inputs) <= statSync(stamp).mtimeMs) return folder;
  say(`Building ${NAMES[name]} …`);
  const begun = new Date();
  // Built aside and moved into place, so that whoever serves the old build meanwhile never sees half of the new one.
  const aside = join(ROOT, 'dist', `${name}-${process.pid}`);
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  try {
    const { code } = await runNode(vite, ['build', ...args, '--outDir', aside, '--logLevel', 'warn'], {
      cwd: ROOT,
    });
    if (code !== 0) throw new Error(`Vite could not build dist/${name}.`);
    mkdirSync(aside, { recursive: true });
    writeFileSync(join(aside, STAMP), '');
    utimesSync(join(aside, STAMP), begun, begun);
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

/**
 * When any of these files or folders last changed [ms]. A folder's own time counts too: it tells of deletions.
 *
 * @param {readonly string[]} paths
 * @returns {number}
 */
function newest(paths, base = ROOT) {
  let latest = 0;
  for (const path of paths) {
    const full = join(base, path);
    const stats = statSync(full, { throwIfNoEntry: false });
    if (!stats) continue;
    latest = Math.max(latest, stats.mtimeMs, stats.isDirectory() ? newest(readdirSync(full), full) : 0);
  }
  return latest;
}
