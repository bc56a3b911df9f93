import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { type Peaks, PeaksSchema } from '../src/io/peaks.ts';
import type { Environment } from '../src/io/record.ts';
import { machineKey } from '../src/lab/machine-key.ts';
import { cacheFolder } from './cache-folder.ts';

const FileSchema = v.object({ schemaVersion: v.literal(1), adapters: v.record(v.string(), PeaksSchema) });

/** Where the peaks of this machine's adapters are kept, unless a test says otherwise. */
export const peaksPath = (): string => join(cacheFolder(), 'peaks.json');

/** The peaks kept in a file for an environment; `undefined` where there are none, or the file cannot be read. */
export async function loadPeaks(path: string, environment: Environment): Promise<Peaks | undefined> {
  return (await readAll(path))[machineKey(environment)];
}

/** Keeps the peaks of an environment. Where that cannot be done, they are measured again next time. */
export async function savePeaks(path: string, environment: Environment, peaks: Peaks): Promise<void> {
  const adapters = { ...(await readAll(path)), [machineKey(environment)]: peaks };
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify({ schemaVersion: 1, adapters }, undefined, 2)}\n`);
  } catch {
    // A cache that cannot be written costs a second the next time, and no result.
  }
}

async function readAll(path: string): Promise<Readonly<Record<string, Peaks>>> {
  try {
    const parsed = v.safeParse(FileSchema, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output.adapters : {};
  } catch {
    return {};
  }
}
