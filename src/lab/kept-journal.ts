import * as v from 'valibot';
import { type RecordFile, RecordSchema } from '../io/record.ts';
import { finite, text } from '../io/schema.ts';
import { SpecSchema } from '../io/spec.ts';
import { VARIANT_IDS } from '../kernels/registry.ts';
import { type JournalEntry, parseJournal } from '../tune/journal.ts';
import type { Kept } from './kept.ts';
import type { LetGo } from './kept-locks.ts';

const HeaderSchema = v.object({
  question: v.object({
    spec: v.object({ ...SpecSchema.entries, kernel: v.picklist(VARIANT_IDS) }),
    auto: v.picklist(VARIANT_IDS),
    standard: v.record(text, finite),
    wgsl: text,
    strategy: text,
    legalTiles: finite,
    likely: v.optional(v.pipe(v.array(v.record(text, finite)), v.readonly())),
  }),
  /** The adapter and the engine that it was measured on. */
  machine: text,
  /** Milliseconds since 1970. */
  startedAt: finite,
});

/** What a kept search is about. */
export type KeptSearch = v.InferOutput<typeof HeaderSchema>;

const FOLDER = 'tune/';
/** Where entries and records of a journal are, below its name. */
const ENTRIES = '';
const RECORDS = 'record/';
/** Digits of an entry's number, so that names are in the order of the entries. */
const DIGITS = 6;

const NOTHING_HELD: ReadonlySet<string> = new Set();

/**
 * The journal of one search in the browser, an item each for what it is about and for what was learnt: an entry is kept before
 * the search goes on, so that a reload loses nothing that was finished.
 */
export class KeptJournal {
  readonly search: KeptSearch;
  /** Whether an entry could not be kept: the browser has no room or refuses. */
  isCut = false;
  readonly #kept: Kept;
  readonly #name: string;
  #count: number;
  #records: number;

  private constructor(kept: Kept, name: string, search: KeptSearch) {
    this.#kept = kept;
    this.#name = name;
    this.search = search;
    this.#count = after(this.#names(ENTRIES));
    this.#records = after(this.#names(RECORDS));
  }

  /** Begins a journal. */
  static begin(kept: Kept, search: KeptSearch): KeptJournal {
    const journal = new KeptJournal(kept, `${FOLDER}${search.startedAt}`, search);
    journal.isCut = !kept.write(journal.#name, search);
    return journal;
  }

  /**
   * Holds the name of a journal that is to begin now.
   *
   * @returns when it begins [ms since 1970], later where a search in another tab began in the same millisecond.
   */
  static async claim(kept: Kept): Promise<{ readonly startedAt: number; readonly letGo: LetGo }> {
    for (let startedAt = Date.now(); ; startedAt++) {
      const letGo = await kept.hold(`${FOLDER}${startedAt}`);
      if (letGo) return { startedAt, letGo };
    }
  }

  /**
   * The journals of searches that did not end, oldest first; what cannot be read is none. Entries of a journal that is gone are
   * forgotten: another tab may have discarded it while they were written.
   *
   * @param held names that are held: such a journal is being written, whatever is kept of it.
   */
  static list(kept: Kept, held: ReadonlySet<string> = NOTHING_HELD): KeptJournal[] {
    const all = kept.names(FOLDER);
    const names = new Set(all.filter((name) => journalOf(name) === name));
    kept.remove(all.filter((name) => !names.has(journalOf(name)) && !held.has(journalOf(name))));
    return [...names].flatMap((name) => KeptJournal.#read(kept, name) ?? []);
  }

  static #read(kept: Kept, name: string): KeptJournal | undefined {
    const header = v.safeParse(HeaderSchema, kept.read(name));
    return header.success ? new KeptJournal(kept, name, header.output) : undefined;
  }

  /** Holds the journal, to write it. @returns `undefined` where it is held, here or in another tab. */
  hold(): Promise<LetGo | undefined> {
    return this.#kept.hold(this.#name);
  }

  /** Whether it is among the names that are held. */
  isAmong(held: ReadonlySet<string>): boolean {
    return held.has(this.#name);
  }

  /** The journal as it is kept now, which another tab may have changed; `undefined` where it is gone. */
  reread(): KeptJournal | undefined {
    return KeptJournal.#read(this.#kept, this.#name);
  }

  /** What was learnt, in that order. @throws JournalError if it cannot be read. */
  entries(): JournalEntry[] {
    return parseJournal(this.#values());
  }

  /** Samples that are kept. */
  get samples(): number {
    return this.#values().filter((value) => (value as Partial<JournalEntry> | undefined)?.kind === 'sample')
      .length;
  }

  add(entry: JournalEntry): void {
    this.#write(ENTRIES, this.#count++, entry);
  }

  /** Keeps a comparison with the default in full. */
  addRecord(record: RecordFile): void {
    this.#write(RECORDS, this.#records++, record);
  }

  /** The comparisons with the default that are kept; what cannot be read is left out. */
  records(): RecordFile[] {
    return this.#names(RECORDS).flatMap((name) => {
      const record = v.safeParse(RecordSchema, this.#kept.read(name));
      return record.success ? [record.output] : [];
    });
  }

  /** Forgets the journal. */
  discard(): void {
    this.#kept.remove([this.#name, ...this.#kept.names(`${this.#name}/`)]);
  }

  #values(): unknown[] {
    return this.#names(ENTRIES).map((name) => this.#kept.read(name));
  }

  #names(kind: string): string[] {
    const start = `${this.#name}/${kind}`;
    return this.#kept.names(start).filter((name) => /^\d+$/.test(name.slice(start.length)));
  }

  #write(kind: string, count: number, value: unknown): void {
    const name = `${this.#name}/${kind}${String(count).padStart(DIGITS, '0')}`;
    this.isCut = !this.#kept.write(name, value) || this.isCut;
  }
}

/** The name of the journal that a name is of or below. */
const journalOf = (name: string): string => name.split('/').slice(0, 2).join('/');

/** The number after the last; not how many there are, for one in between may have found no room. */
const after = (names: readonly string[]): number => Number(names.at(-1)?.split('/').at(-1) ?? -1) + 1;
