import { spawn } from 'node:child_process';

/**
 * Runs a program to its end. Nothing goes to our stdout: that belongs to the command the user asked for.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, quiet?: boolean }} [options] `quiet` keeps the
 *   output for the caller and prints nothing; else it is passed on to stderr.
 * @returns {Promise<{ code: number, output: string }>} `code` is 124 where `limitMs` [ms] ran out, 127 where there is
 *   no such program.
 */
export function run(program, args, { cwd, env, limitMs, quiet = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: env ?? process.env,
      stdio: ['ignore', quiet ? 'pipe' : 2, quiet ? 'pipe' : 2],
    });
    let output = '';
    let timedOut = false;
    const keep = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => ((timedOut = true), child.kill('SIGKILL')), limitMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: `${program}: ${error.message}` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? 124 : (code ?? 1), output });
    });
  });
}

/**
 * Runs a package's own program with this Node, without a shell: the same on every system.
 *
 * @param {string} script path of the script inside the repository
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNode(script, args, options) {
  return run(process.execPath, [script, ...args], options);
}
