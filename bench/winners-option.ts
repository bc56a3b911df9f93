import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

/** The word that stands for no store. */
const NONE = 'none';

/** Adds the option that names a store of winners. @param what says what is done with it. */
export const addWinnersOption = (
  command: Command,
  what = 'the store of winners that --kernel auto looks into',
): Command => command.option('--winners <file>', `${what}; ${NONE}: no store; else one in the cache folder`);

/** The store that options name, or this machine's own; `undefined` where they want none. */
export function winnersPathOf(
  { winners }: Readonly<Record<string, unknown>>,
  { winnersPath }: CommandContext,
): string | undefined {
  if (winners === NONE) return undefined;
  return typeof winners === 'string' ? winners : winnersPath;
}
