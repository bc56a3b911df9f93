import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * What stands against writing a file.
 *
 * @param path of a file that is there or not.
 * @param folders whether the folder must be there, or those that are missing are made.
 * @returns half a sentence, or `undefined` where nothing does.
 */
export async function whyUnwritable(
  path: string,
  folders: 'must-exist' | 'are-made' = 'must-exist',
): Promise<string | undefined> {
  if (path === '') return 'the path is empty';
  const there = await kindOf(path);
  if (there === 'folder' || path.endsWith('/')) return 'it is a folder';
  if (there === 'file') return whyRefused(path, 'it', constants.W_OK);
  const folder = dirname(path);
  const around = await kindOf(folder);
  if (around === 'nothing' && folders === 'are-made') return whyUnwritable(folder, folders);
  if (around === 'nothing') return `there is no folder ${folder}`;
  if (around === 'file') return `${folder} is no folder`;
  return whyRefused(folder, `the folder ${folder}`, constants.W_OK | constants.X_OK);
}

/** What a path names; devices and pipes are files. One that cannot be looked at is nothing. */
async function kindOf(path: string): Promise<'folder' | 'file' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'nothing';
  }
}

async function whyRefused(path: string, named: string, wanted: number): Promise<string | undefined> {
  try {
    await access(path, wanted);
    return undefined;
  } catch (error) {
    return `${named} may not be written to (${String((error as NodeJS.ErrnoException).code)})`;
  }
}
