import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.mjs';
import { ROOT } from './root.mjs';

/**
 * Installs the npm packages of the lock file where they are missing or older than it.
 *
 * @param {(line: string) => void} say
 * @throws {Error} if npm fails; it has said why on stderr
 */
export async function ensurePackages(say) {
  if (!isStale()) return;
  say('Installing npm packages …');
  const { code } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new Error('npm could not install the packages; it says why above.');
}

/** npm writes its own lock file into `node_modules` last, so an install that was cut off counts as missing. */
function isStale() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  return statSync(join(ROOT, 'package-lock.json')).mtimeMs > statSync(installed).mtimeMs;
}

/** @param {readonly string[]} args */
function npm(args) {
  const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: 'true' };
  const script = process.env['npm_execpath'];
  // Under `npm run` the path of npm's script is known, which needs no shell on Windows either.
  if (script && /npm-cli\.[cm]?js$/.test(script))
    return run(process.execPath, [script, ...args], { cwd: ROOT, env });
  if (process.platform === 'win32') return run('cmd.exe', ['/d', '/c', 'npm', ...args], { cwd: ROOT, env });
  return run('npm', args, { cwd: ROOT, env });
}
