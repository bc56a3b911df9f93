import type { Environment } from '../src/io/record.ts';
import type { CommandContext, Engine, EngineChoice } from './context.ts';
import { createProgressLine, type ProgressLine } from './progress-line.ts';

/** An opened engine, the machine it found, and a line to tell progress on. */
export interface Session {
  readonly engine: Engine;
  readonly environment: Environment;
  readonly progress: ProgressLine;
}

/**
 * Opens an engine for as long as `use` takes; it is closed however that ends.
 *
 * @throws EngineError if it cannot start, LabError if it finds no adapter.
 */
export async function withEngine<T>(
  context: CommandContext,
  choice: EngineChoice,
  quiet: boolean,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const progress = createProgressLine(context, quiet);
  const engine = await context.openEngine(choice);
  try {
    const environment = await engine.lab.environment();
    return await use({ engine, environment, progress });
  } finally {
    progress.clear();
    await engine.close();
  }
}
