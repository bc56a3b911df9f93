import { type ChildProcess, spawn } from 'node:child_process';

/** What a launched command line wrote, and how it ended. */
export interface Launched {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The launcher as a user starts it.
 *
 * @param env added to this process's own.
 * @returns the process, and what becomes of it.
 */
export function launch(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Launched> } {
  const child = spawn(process.execPath, ['bench/bench.mjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const heard = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (heard.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString()));
  const ended = new Promise<Launched>((resolve) =>
    child.on('close', (code) => {
      resolve({ code, ...heard });
    }),
  );
  return { child, ended };
}
