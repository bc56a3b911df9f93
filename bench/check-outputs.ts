import { join } from 'node:path';
import { UsageError } from './usage-error.ts';
import { whyUnwritable } from './why-unwritable.ts';

/** The options that name a file to write, in whichever command has them. */
const OUTPUTS = ['json', 'markdown', 'csv', 'grid', 't4', 'output'] as const;

/** A file that `--dump` writes, and whose folder is made. */
const DUMPED = 'output.npy';

/**
 * Sees before anything is measured that what comes of it can be written.
 *
 * @param options as commander read them.
 * @throws UsageError that names the first file that cannot be.
 */
export async function checkOutputs(options: Readonly<Record<string, unknown>>): Promise<void> {
  for (const name of OUTPUTS) {
    const path = options[name];
    if (typeof path !== 'string' || (name === 'json' && path === '-')) continue;
    const reason = await whyUnwritable(path);
    if (reason === undefined) continue;
    throw new UsageError(
      `${path} cannot be written: ${reason}.`,
      `Name a file in a folder that exists and can be written to: --${name} FILE`,
    );
  }
  await checkFolder(options['dump']);
}

/** @throws UsageError if matrices cannot be written to a folder. */
async function checkFolder(folder: unknown): Promise<void> {
  if (typeof folder !== 'string') return;
  const reason = folder === '' ? 'the path is empty' : await whyUnwritable(join(folder, DUMPED), 'are-made');
  if (reason === undefined) return;
  throw new UsageError(
    `Nothing can be written to ${folder}: ${reason}.`,
    'Name a folder that can be written to; it is made where it is missing: --dump DIR',
  );
}
