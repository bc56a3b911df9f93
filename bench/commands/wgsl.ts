import { Command } from 'commander';
import { chooseWinners } from '../choose-winners.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { resolveSpec } from '../resolve-spec.ts';
import { addEngineOptions, readEngineOptions } from '../run-options.ts';
import { addSpecOptions, readSpecOptions } from '../spec-options.ts';
import { addWinnersOption } from '../winners-option.ts';
import { withEngine } from '../with-engine.ts';

/** `wgsl`: prints the WGSL that a spec compiles to on this adapter. @param end is given the exit code. */
export function wgslCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('wgsl').description(
    'print the WGSL that a spec compiles to, for `--wgsl` to run again',
  );
  addWinnersOption(addEngineOptions(addSpecOptions(command)));
  command.option('--json', 'print entry point, workgroup size, dispatch and the parts as well');
  command.option('--quiet', 'no progress on stderr');
  return command.action(async (options: Record<string, unknown>) => {
    const spec = await resolveSpec(readSpecOptions(options));
    const listing = await withEngine(
      context,
      readEngineOptions(options),
      options['quiet'] === true,
      async (session) => {
        const [chosen] = await chooseWinners([spec], session, options, context);
        return session.engine.lab.wgsl(chosen!);
      },
    );
    if ('rejected' in listing) {
      context.warn(`This configuration cannot run: ${listing.rejected}\n`);
      end(EXIT.failed);
      return;
    }
    await context.print(
      options['json'] === true ? `${JSON.stringify(listing, undefined, 2)}\n` : listing.wgsl,
    );
    end(EXIT.right);
  });
}
