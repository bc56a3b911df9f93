import { Command } from 'commander';
import { type Answer, ask } from '../../src/formats/disagreements/ask.ts';
import { DisagreementError } from '../../src/formats/disagreements/disagreement.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { disagreeData, disagreeText } from '../report/disagree-text.ts';
import { UsageError } from '../usage-error.ts';

/** `disagree`: what each project's rule for a name makes of a value. @param end is given the exit code. */
export function disagreeCommand(context: CommandContext, end: (code: number) => void): Command {
  return new Command('disagree')
    .description("what each project's rule for a name makes of a value, with source")
    .argument('<name>', 'what they disagree about, for instance E2M1 or "MX scale"; see `list disagreements`')
    .argument('<value>', 'a number (0.25, 2^-9, inf), a code (0x7F) or a list (7,3.5,2.333,.3)')
    .option('--json', 'as data')
    .addHelpText('after', '\nExamples:\n  disagree E2M1 0.25\n  disagree "MX scale" 7,3.5,2.333,.3')
    .action(async (name: string, value: string, options: { json?: boolean }) => {
      const answers = askOrExplain(name, value);
      const json = `${JSON.stringify(disagreeData(answers), undefined, 2)}\n`;
      await context.print(options.json ? json : disagreeText(answers));
      end(EXIT.right);
    });
}

function askOrExplain(name: string, value: string): Answer[] {
  try {
    return ask(name, value);
  } catch (error) {
    if (!(error instanceof DisagreementError)) throw error;
    throw new UsageError(
      error.message,
      'All names and what they take: npm run --silent bench -- list disagreements',
    );
  }
}
