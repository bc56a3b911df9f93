import * as v from 'valibot';
import { finite, text } from '../io/schema.ts';
import { SpecSchema } from '../io/spec.ts';
import { VARIANT_IDS } from '../kernels/registry.ts';
import { type JournalEntry, parseJournal } from '../tune/journal.ts';
import type { Kept } from './kept.ts';

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
/** Digits of an entry's number, so that names are in the order of the entries. */
const DIGITS = 6;

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

  private constructor(kept: Kept, name: string, search: KeptSearch) {
    this.#kept = kept;
    this.#name = name;
    this.search = search;
    // Not by how many there are: one in between may have found no room.
    const [last] = kept.names(`${name}/`).slice(-1);
    this.#count = last === undefined ? 0 : Number(last.slice(name.length + 1)) + 1;
  }

  /** Begins a journal. */
  static begin(kept: Kept, search: KeptSearch): KeptJournal {
    const journal = new KeptJournal(kept, `${FOLDER}${search.startedAt}`, search);
    journal.isCut = !kept.write(journal.#name, search);
    return journal;
  }

  /** The journals of searches that did not end, oldest first; what cannot be read is none. */
  static list(kept: Kept): KeptJournal[] {
    const names = kept.names(FOLDER).filter((name) => !name.slice(FOLDER.length).includes('/'));
    return names.flatMap((name) => {
      const header = v.safeParse(HeaderSchema, kept.read(name));
      return header.success ? [new KeptJournal(kept, name, header.output)] : [];
    });
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
    const number = String(this.#count++).padStart(DIGITS, '0');
    this.isCut = !this.#kept.write(`${this.#name}/${number}`, entry) || this.isCut;
  }

  /** Forgets the journal. */
  discard(): void {
    this.#kept.remove([this.#name, ...this.#kept.names(`${this.#name}/`)]);
  }

  #values(): unknown[] {
    return this.#kept.names(`${this.#name}/`).map((name) => this.#kept.read(name));
  }
}
