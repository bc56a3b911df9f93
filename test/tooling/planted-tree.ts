import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The repository. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** A folder outside the repository, made of the given texts by path, in which tools are shown what they must refuse. */
export class PlantedTree {
  readonly path = mkdtempSync(join(tmpdir(), 'subbyte-tree-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      writeFileSync(join(this.path, path), text);
    }
  }

  /**
   * Runs a tool of the repository inside the tree.
   *
   * @param script its path in `node_modules`.
   * @returns what it printed on stdout.
   */
  run(script: string, ...args: readonly string[]): string {
    const program = join(ROOT, 'node_modules', script);
    const { stdout } = spawnSync(process.execPath, [program, ...args], {
      cwd: this.path,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return stdout;
  }

  /** Deletes the folder. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
