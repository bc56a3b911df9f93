import type { BatteryNavigator } from '../src/lab/battery.ts';
import type { AdapterChoice, Lab } from '../src/lab/lab.ts';

/** Where experiments run: Dawn in this process, or Chrome. */
export const ENGINE_NAMES = ['node', 'chrome'] as const;

/** One of {@link ENGINE_NAMES}. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** How an engine is opened. */
export interface EngineChoice {
  readonly name: EngineName;
  readonly adapter: AdapterChoice;
  /** Path of a browser; else one is looked for. Only Chrome reads it. */
  readonly browser: string | undefined;
  /** Asks a software adapter to compile soon rather than well, for many small products whose time is not taken. */
  readonly compilesQuickly?: true;
}

/** A lab and what keeps it alive. */
export interface Engine {
  readonly name: EngineName;
  readonly lab: Lab;
  /** Ends threads, servers and browsers; safe to call twice. */
  close(): Promise<void>;
}

/** What a command may touch of the world; tests give their own. */
export interface CommandContext {
  /** Writes to stdout: results only. */
  readonly print: (text: string) => Promise<void>;
  /** Writes to stderr: progress, complaints. */
  readonly warn: (text: string) => void;
  /** Whether stderr is a terminal, where one line can be written again and again. */
  readonly terminal: boolean;
  /** What knows the machine's battery. */
  readonly power: BatteryNavigator;
  /** Where the peaks of this machine's adapters are kept. */
  readonly peaksPath: string;
  /** Where winners of searches are kept, and journals of searches, unless options say otherwise. */
  readonly winnersPath: string;
  readonly journalsFolder: string;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
  /** @throws EngineError if the engine cannot start. */
  readonly openEngine: (choice: EngineChoice) => Promise<Engine>;
}

/** An engine that cannot start, as no browser or driver is there. Exit code 3. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** What to do about it; may have several lines. */
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
