import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** A folder with the reference worker built for Node, and what else a test writes there. */
export interface BuiltWorker {
  readonly script: string;
  /** Writes another worker script beside it and returns its path. */
  write(name: string, code: string): Promise<string>;
  remove(): Promise<void>;
}

/** Builds the reference worker for Node, as the command line's bundle does, into a folder of its own. */
export async function buildReferenceWorker(): Promise<BuiltWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'subbyte-reference-'));
  const entry = new URL('../../src/workers/node/reference-node-worker.ts', import.meta.url);
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      rolldownOptions: {
        input: { 'reference-worker': fileURLToPath(entry) },
        output: { entryFileNames: '[name].mjs' },
      },
    },
  });
  return {
    script: join(folder, 'reference-worker.mjs'),
    write: async (name, code) => {
      const path = join(folder, name);
      await writeFile(path, code);
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
