import type { Progress } from '../src/lab/lab.ts';
import { phaseLabel } from '../src/ui/progress-wording.ts';
import type { CommandContext } from './context.ts';

/** Tells on stderr what is going on: one line written again and again on a terminal, else a line a step. */
export interface ProgressLine {
  /** Shows what a lab is doing, behind the name of the step. */
  readonly report: (progress: Progress) => void;
  /** Names the step that follows. */
  step(name: string): void;
  /** Says a sentence that stays. */
  note(sentence: string): void;
  /** Clears the line, before anything else is written. */
  clear(): void;
}

const CLEAR = '\r\x1b[K';
/** Rewriting more often than this [ms] only flickers. */
const PAUSE_MS = 60;

/** @param quiet says nothing at all. */
export function createProgressLine(context: CommandContext, quiet: boolean): ProgressLine {
  if (quiet) return SILENT;
  return context.terminal ? rewritten(context) : plain(context);
}

const SILENT: ProgressLine = {
  report: () => undefined,
  step: () => undefined,
  note: () => undefined,
  clear: () => undefined,
};

function rewritten({ warn }: CommandContext): ProgressLine {
  let name = '';
  let written = 0;
  const write = (text: string): void => {
    warn(`${CLEAR}${text.slice(0, 110)}`);
  };
  return {
    report: (progress) => {
      const now = performance.now();
      if (now - written < PAUSE_MS) return;
      written = now;
      write(`${prefix(name)}${phaseLabel(progress)} ${detailOf(progress)}`);
    },
    step: (step) => {
      name = step;
      write(step);
    },
    note: (sentence) => {
      warn(`${CLEAR}${sentence}\n`);
    },
    clear: () => {
      warn(CLEAR);
    },
  };
}

function plain({ warn }: CommandContext): ProgressLine {
  let name = '';
  let last = '';
  return {
    report: (progress) => {
      const line = `${prefix(name)}${phaseLabel(progress)}`;
      if (line !== last) warn(`${line}\n`);
      last = line;
    },
    step: (step) => {
      name = step;
      warn(`${step}\n`);
    },
    note: (sentence) => {
      warn(`${sentence}\n`);
    },
    clear: () => undefined,
  };
}

const prefix = (name: string): string => (name ? `${name} · ` : '');

const detailOf = ({ fraction, detail }: Progress): string =>
  detail || `${Math.round(100 * Math.min(1, Math.max(0, fraction)))} %`;
