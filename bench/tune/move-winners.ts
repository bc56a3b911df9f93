import { plural } from '../../src/ui/figures.ts';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../usage-error.ts';
import { importWinners, loadWinners, saveWinners } from '../winners-file.ts';
import { winnersPathOf } from '../winners-option.ts';

type Options = Readonly<Record<string, unknown>>;

/** Whether options ask for stores to be merged or written, and not for a search. */
export const movesWinners = (options: Options): boolean =>
  options['import'] !== undefined || options['export'] !== undefined;

/**
 * Merges stores of winners into ours, then writes ours where it is asked for.
 *
 * @throws UsageError if a file is no store, or cannot be written.
 */
export async function moveWinners(options: Options, context: CommandContext): Promise<void> {
  const path = winnersPathOf(options, context);
  if (path === undefined) {
    throw new UsageError(
      'There is no store to import into or to export: --winners is none.',
      'Leave --winners out.',
    );
  }
  const store = await loadWinners(path);
  const imported = (options['import'] ?? []) as readonly string[];
  for (const file of imported) store.merge(await importWinners(file));
  if (imported.length > 0) await saveWinners(path, store);
  const exported = options['export'];
  if (typeof exported === 'string') await saveWinners(exported, store);
  const count = plural(store.export().winners.length, 'winner');
  const merged = imported.length > 0 ? `, ${plural(imported.length, 'file')} merged into it` : '';
  const written = typeof exported === 'string' ? `; written to ${exported}` : '';
  await context.print(`${path}: ${count}${merged}${written}\n`);
}
