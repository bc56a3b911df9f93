import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { parseRecord, RecordError, type RecordFile } from '../../src/io/record.ts';
import { JournalError, type JournalEntry, parseJournal } from '../../src/tune/journal.ts';
import { UsageError } from '../usage-error.ts';
import { unwritableJournal } from './unwritable-journal.ts';

/** All that makes entries of one run entries of another: what is searched, how, and on which machine. */
export type TuneQuestion = Readonly<Record<string, unknown>>;

/** The first line of a journal. */
interface Header {
  readonly kind: 'tune';
  readonly schemaVersion: 1;
  readonly question: TuneQuestion;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Which comparison a record in a journal is. */
interface RecordLine {
  readonly kind: 'with-default' | 'with-auto';
  readonly record: RecordFile;
}

/**
 * The journal of one search on disk: a line of JSON each for the question, for what was learnt, and for the comparisons in full.
 * Lines are only ever added, each before the search goes on, so that an interruption loses nothing that was finished; half
 * a line at the end is what a crash leaves, and is dropped.
 */
export class JournalFile {
  readonly path: string;
  readonly entries: JournalEntry[] = [];
  /** Comparisons with the default, then the one with what `auto` stands for, where there is one. */
  readonly records: RecordLine[] = [];
  startedAt = Date.now();
  ended = false;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Begins a journal; all earlier ones of that name are kept beside it.
   *
   * @returns where the earlier one went, if there was one that had not ended.
   * @throws UsageError if it cannot be written, or something else is there.
   */
  static begin(
    path: string,
    question: TuneQuestion,
  ): { readonly journal: JournalFile; readonly unfinished?: { path: string; samples: number } } {
    const journal = new JournalFile(path);
    const before = isThere(path) ? peek(path) : undefined;
    const kept = freeName(`${path}.before`);
    const header: Header = { kind: 'tune', schemaVersion: 1, question, startedAt: journal.startedAt };
    try {
      mkdirSync(dirname(path), { recursive: true });
      if (before) renameSync(path, kept);
      writeFileSync(path, `${JSON.stringify(header)}\n`);
    } catch (error) {
      throw unwritableJournal(path, (error as Error).message);
    }
    return before && !before.ended
      ? { journal, unfinished: { path: kept, samples: before.samples } }
      : { journal };
  }

  /**
   * Goes on with a journal.
   *
   * @returns `undefined` where there is none.
   * @throws UsageError if it is of another question, or cannot be read.
   */
  static resume(path: string, question: TuneQuestion): JournalFile | undefined {
    if (!isThere(path)) return undefined;
    const journal = new JournalFile(path);
    const { lines, end, isCut } = wholeLines(path);
    journal.#read(lines, question);
    if (isCut) truncate(path, end);
    return journal;
  }

  /** Samples that are kept. */
  get samples(): number {
    return this.entries.filter(({ kind }) => kind === 'sample').length;
  }

  add(entry: JournalEntry): void {
    this.entries.push(entry);
    this.#append(entry);
  }

  addRecord(kind: RecordLine['kind'], record: RecordFile): void {
    this.records.push({ kind, record });
    this.#append({ kind, record });
  }

  /** Marks that the search is over. */
  end(): void {
    if (this.ended) return;
    this.#append({ kind: 'ended' });
    this.ended = true;
  }

  #append(line: unknown): void {
    // A search that had ended goes on where its budget is raised.
    this.ended = false;
    try {
      appendFileSync(this.path, `${JSON.stringify(line)}\n`);
    } catch (error) {
      throw new UsageError(
        `The journal ${this.path} can no longer be written: ${(error as Error).message}.`,
        'Go on with the same command and --resume once it can be.',
      );
    }
  }

  #read([first, ...lines]: readonly string[], question: TuneQuestion): void {
    try {
      const header = JSON.parse(first ?? '{}') as Partial<Header>;
      if (header.kind !== 'tune' || header.schemaVersion !== 1) {
        throw new JournalError('Its first line is not that of a search.');
      }
      this.startedAt = header.startedAt ?? this.startedAt;
      checkQuestion(this.path, header.question ?? {}, question);
      for (const line of lines) this.#readLine(JSON.parse(line) as { readonly kind?: unknown });
    } catch (error) {
      const isOurs =
        error instanceof JournalError || error instanceof RecordError || error instanceof SyntaxError;
      if (!isOurs) throw error;
      throw new UsageError(
        `${this.path} is no journal of tune. ${error.message}`,
        'Leave --resume out to begin anew; the file is kept.',
      );
    }
  }

  #readLine(line: { readonly kind?: unknown; readonly record?: unknown }): void {
    if (line.kind === 'ended') this.ended = true;
    else if (line.kind === 'with-default' || line.kind === 'with-auto') {
      this.records.push({ kind: line.kind, record: parseRecord(line.record) });
    } else this.entries.push(...parseJournal([line]));
  }
}

/** @throws UsageError that names what differs. */
function checkQuestion(path: string, kept: TuneQuestion, asked: TuneQuestion): void {
  const names = [...new Set([...Object.keys(kept), ...Object.keys(asked)])];
  const differing = names.filter((name) => JSON.stringify(kept[name]) !== JSON.stringify(asked[name]));
  if (differing.length === 0) return;
  const shown = differing.map(
    (name) => `${name} (${shownText(kept[name])} there, ${shownText(asked[name])} here)`,
  );
  throw new UsageError(
    `${path} is the journal of another search; they differ in ${shown.join(', ')}.`,
    'Repeat the command as it was, with --resume; or leave --resume out to begin anew.',
  );
}

const shownText = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

/** Whether there is a journal. @throws UsageError if something else is there, or that cannot be seen. */
function isThere(path: string): boolean {
  const there = reading(path, () => statSync(path, { throwIfNoEntry: false }));
  if (there && !there.isFile()) throw unreadable(path, 'it is no file');
  return there !== undefined;
}

/** A name that nothing has: the one given, or with the first number behind it from 2 on. */
function freeName(name: string): string {
  let free = name;
  for (let i = 2; existsSync(free); i++) free = `${name}-${i}`;
  return free;
}

/** Lines that end, and where the last one does [bytes]; what follows it was cut short. */
function wholeLines(path: string): {
  readonly lines: readonly string[];
  readonly end: number;
  readonly isCut: boolean;
} {
  const bytes = reading(path, () => readFileSync(path));
  const end = bytes.lastIndexOf('\n') + 1;
  return { lines: bytes.toString('utf8', 0, end).split('\n').slice(0, -1), end, isCut: end < bytes.length };
}

function truncate(path: string, end: number): void {
  try {
    truncateSync(path, end);
  } catch (error) {
    throw unwritableJournal(path, (error as Error).message);
  }
}

function peek(path: string): { readonly ended: boolean; readonly samples: number } {
  const { lines } = wholeLines(path);
  return {
    ended: lines.at(-1) === '{"kind":"ended"}',
    samples: lines.filter((line) => line.startsWith('{"kind":"sample"')).length,
  };
}

/** What the file system says of a journal. @throws UsageError where it refuses. */
function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  }
}

const unreadable = (path: string, reason: string): UsageError =>
  new UsageError(`The journal ${path} cannot be read: ${reason}.`, 'Name another one: --journal FILE');
