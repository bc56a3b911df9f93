import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { invariant } from '../../src/base/invariant.ts';
import { parseRecord, RecordError, type RecordFile } from '../../src/io/record.ts';
import { JournalError, type JournalEntry, parseJournal } from '../../src/tune/journal.ts';
import { UsageError } from '../usage-error.ts';

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
   * Begins a journal; an earlier one of that name is kept beside it.
   *
   * @returns where the earlier one went, if there was one that had not ended.
   * @throws UsageError if it cannot be written.
   */
  static begin(
    path: string,
    question: TuneQuestion,
  ): { readonly journal: JournalFile; readonly unfinished?: { path: string; samples: number } } {
    const journal = new JournalFile(path);
    const before = existsSync(path) ? peek(path) : undefined;
    const kept = `${path}.before`;
    const header: Header = { kind: 'tune', schemaVersion: 1, question, startedAt: journal.startedAt };
    try {
      mkdirSync(dirname(path), { recursive: true });
      if (existsSync(path)) renameSync(path, kept);
      writeFileSync(path, `${JSON.stringify(header)}\n`);
    } catch (error) {
      throw new UsageError(
        `The journal ${path} cannot be written: ${(error as Error).message}.`,
        'Name another one: --journal FILE',
      );
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
    if (!existsSync(path)) return undefined;
    const journal = new JournalFile(path);
    const lines = wholeLines(path);
    journal.#read(lines, question);
    // Without the half line that a crash may have left.
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
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
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
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

/** Lines that end; what follows the last line's end was cut short. */
function wholeLines(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  invariant(lines.length > 0, 'a text has a line');
  return lines.slice(0, -1);
}

function peek(path: string): { readonly ended: boolean; readonly samples: number } {
  const lines = wholeLines(path);
  return {
    ended: lines.at(-1) === '{"kind":"ended"}',
    samples: lines.filter((line) => line.startsWith('{"kind":"sample"')).length,
  };
}
