import { Command, CommanderError } from 'commander';
import { LabError, LostError } from '../src/lab/lab.ts';
import { checkOutputs } from './check-outputs.ts';
import { compareCommand } from './commands/compare.ts';
import { dequantCommand } from './commands/dequant.ts';
import { disagreeCommand } from './commands/disagree.ts';
import { envCommand } from './commands/env.ts';
import { listCommand } from './commands/list.ts';
import { peersCommand } from './commands/peers.ts';
import { peaksCommand } from './commands/peaks.ts';
import { portabilityCommand } from './commands/portability.ts';
import { runCommand } from './commands/run.ts';
import { sweepCommand } from './commands/sweep.ts';
import { tuneCommand } from './commands/tune.ts';
import { verifyCommand } from './commands/verify.ts';
import { wgslCommand } from './commands/wgsl.ts';
import { type CommandContext, EngineError } from './context.ts';
import { EXIT } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

/** How the command line is called, for hints. */
const CALLED = 'npm run --silent bench --';

const COMMANDS = [
  envCommand,
  listCommand,
  runCommand,
  verifyCommand,
  wgslCommand,
  compareCommand,
  sweepCommand,
  tuneCommand,
  portabilityCommand,
  peaksCommand,
  peersCommand,
  dequantCommand,
  disagreeCommand,
];

/**
 * Runs one command line to its end.
 *
 * @param args the words after the program's name.
 * @returns the exit code. Every failure is told on stderr; none is thrown.
 */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let code: number = EXIT.usage;
  const end = (ended: number): void => {
    code = ended;
  };
  const program = new Command(CALLED).description(
    'Quantized matrix products on WebGPU: verified, measured, compared.',
  );
  let printed = '';
  for (const create of COMMANDS) program.addCommand(create(context, end));
  program.hook('preAction', (_, command) => checkOutputs(command.opts()));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().showSuggestionAfterError();
    command.configureOutput({ writeOut: (text) => (printed += text), writeErr: () => undefined });
  }
  try {
    await program.parseAsync(markOperands(args), { from: 'user' });
  } catch (error) {
    code = explain(error, args, context);
  }
  if (printed) await context.print(printed);
  return code;
}

/** Operands that begin with a minus, by command: the option strings of `compare`, which are one word to the shell, and values of `disagree`. */
const MINUS_OPERANDS: Readonly<Record<string, RegExp>> = { compare: /^-.*\s/s, disagree: /^-(?:[.\d]|inf)/i };

/** A blank before such an operand keeps it from being taken for an option. */
function markOperands(args: readonly string[]): string[] {
  const operand = MINUS_OPERANDS[args[0] ?? ''];
  return args.map((word) => (operand?.test(word) ? ` ${word}` : word));
}

/** Tells what ended a command. @returns its exit code. */
function explain(error: unknown, args: readonly string[], context: CommandContext): number {
  if (error instanceof CommanderError) return explainSyntax(error, args, context);
  if (error instanceof UsageError) return complain(context, error.message, error.hint, EXIT.usage);
  if (error instanceof EngineError) return complain(context, error.message, error.remedy, EXIT.noAdapter);
  if (error instanceof LabError) {
    const hint = `What this machine has and lacks: ${CALLED} env`;
    return complain(context, error.message, hint, EXIT.noAdapter);
  }
  if (context.signal.aborted) return complain(context, 'Interrupted.', '', EXIT.failed);
  if (error instanceof LostError) {
    return complain(context, error.message, 'It was started again, and lost again.', EXIT.failed);
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return complain(context, told, 'This is a fault of Subbyte, not of yours.', EXIT.failed);
}

function explainSyntax(error: CommanderError, args: readonly string[], context: CommandContext): number {
  if (error.exitCode === 0) return EXIT.right;
  const command = args.find((word) => !word.startsWith('-'));
  const message = error.code === 'commander.help' ? 'No command was given.' : sentence(error.message);
  return complain(context, message, `Options: ${CALLED} ${command ? `${command} ` : ''}--help`, EXIT.usage);
}

/** Commander's `error: unknown option '--x'` and its suggestion as sentences. */
function sentence(message: string): string {
  const text = message.replace(/^error: /, '').replaceAll('\n', ' ');
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?)]$/.test(whole) ? whole : `${whole}.`;
}

function complain({ warn }: CommandContext, message: string, hint: string, code: number): number {
  warn(`${message}\n${hint ? `${hint}\n` : ''}`);
  return code;
}
