import type { Site } from './watch-accesses.ts';
import { LOG_HEAD, UNIT_BITS, type WatchedText } from './watch-workgroup.ts';
import { countsOf, placeOf, unitCount } from './workgroup-shape.ts';

/** An access to workgroup memory. */
export interface Access {
  /** Of the workgroup, 0 …. */
  readonly lane: number;
  readonly site: Site;
}

/** Two lanes at one unit of workgroup memory between two barriers, one of them writing. */
export interface Race {
  /** As WGSL writes it: `x_tile[0][3][7]`. */
  readonly unit: string;
  readonly write: Access;
  /** A read or a write. */
  readonly other: Access;
}

/** What a log tells. */
export type Finding =
  | ({ readonly kind: 'race' } & Race)
  | {
      readonly kind: 'none';
      /** Stretches between barriers, of all workgroups, of which all accesses are known. */
      readonly stretches: number;
      /** Whether those are all. */
      readonly complete: boolean;
      readonly accesses: number;
    }
  /** @param reason a sentence. */
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Looks for races in the log of a {@link WatchedText}. All lanes of a workgroup wait for each other at a barrier, so that two
 * accesses to one unit between the same two barriers may come in any order, whatever order they came in when they were logged.
 */
export function findRace(words: Uint32Array, text: WatchedText): Finding {
  if (words[0] === 0) return unknown('The kernel left no log.');
  const log = new Log(words, text);
  let stretches = 0;
  let complete = true;
  for (let slot = 0; slot < log.slots; slot++) {
    const parts = log.partsOf(slot);
    for (const part of parts) {
      const seen = part ? log.follow(part) : 0;
      if (log.race) return { kind: 'race', ...log.race };
      if (seen === undefined) return unknown('Lanes of a workgroup came to different barriers.');
      if (seen === 0) return unknown('Its lanes do more between two barriers than a log holds.');
      stretches += seen;
    }
    complete &&= parts.length === 1;
  }
  return { kind: 'none', stretches, complete, accesses: log.accesses };
}

const unknown = (reason: string): Finding => ({ kind: 'unknown', reason });

/** Entries of the lanes of one workgroup: all of them, or those at the beginning or the end where others are lost. */
interface Part {
  readonly kind: 'all' | 'beginning' | 'end';
  /** The workgroup's number. */
  readonly slot: number;
  /** By lane, the first entry and the one behind the last, counted as the lane wrote them. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

const UNIT = 2 ** UNIT_BITS - 1;

class Log {
  race: Race | undefined;
  accesses = 0;
  readonly #words: Uint32Array;
  readonly #text: WatchedText;
  readonly #lanes: number;
  readonly #half: number;
  readonly slots: number;
  /** Where the numbers of entries begin. */
  readonly #counts: number;
  /** By site, counted from 1. */
  readonly #kinds: readonly (Site['kind'] | undefined)[];
  /** By unit: the last stretch in which it was written, the lane and the site. */
  readonly #stretchOf = new Uint32Array(UNIT + 1);
  readonly #laneOf = new Uint16Array(UNIT + 1);
  readonly #siteOf = new Uint16Array(UNIT + 1);
  #stretch = 0;

  constructor(words: Uint32Array, text: WatchedText) {
    this.#words = words;
    this.#text = text;
    [this.#lanes, this.#half, this.slots] = [words[0]!, words[1]!, words[2]!];
    this.#counts = LOG_HEAD + text.variables.reduce((sum, { typed }) => sum + countsOf(typed).length, 0);
    this.#kinds = [undefined, ...text.sites.map(({ kind }) => kind)];
  }

  /** All entries of a workgroup, or its beginning and its end, which is undefined where it has no whole stretch. */
  partsOf(slot: number): readonly (Part | undefined)[] {
    const first = this.#counts + slot * this.#lanes;
    const counts = this.#words.slice(first, first + this.#lanes);
    const from = new Uint32Array(this.#lanes);
    if (counts.every((count) => count <= 2 * this.#half)) return [{ kind: 'all', slot, from, to: counts }];
    const to = counts.map((count) => Math.min(count, this.#half));
    return [{ kind: 'beginning', slot, from, to }, this.#end(slot, counts)];
  }

  /** The last stretches of a workgroup, as many as all lanes have whole; undefined where that is none. */
  #end(slot: number, counts: Uint32Array): Part | undefined {
    const barriers = Array.from(counts, (count, lane) => {
      const found: number[] = [];
      for (let i = Math.max(0, count - this.#half); i < count; i++) {
        if (this.#kinds[this.#entry(slot, lane, i) >>> UNIT_BITS] === 'barrier') found.push(i);
      }
      return found;
    });
    const whole = Math.min(...barriers.map(({ length }) => length));
    if (whole === 0) return undefined;
    return { kind: 'end', slot, from: counts.map((_, lane) => barriers[lane]!.at(-whole)! + 1), to: counts };
  }

  /**
   * Goes through a part from barrier to barrier.
   *
   * @returns the stretches of which all accesses are known, or undefined where lanes came to different barriers.
   */
  follow({ kind, slot, from, to }: Part): number | undefined {
    for (let stretches = 0; ; stretches++) {
      this.#stretch++;
      const ends = from.map((first, lane) => this.#writes(slot, lane, first, to[lane]!));
      from.forEach((first, lane) => {
        this.#reads(slot, lane, first, ends[lane]!);
      });
      const over = ends.reduce((sum, end, lane) => sum + (end === to[lane] ? 1 : 0), 0);
      // Where a beginning breaks off, the stretch is not known whole.
      if (over > 0)
        return kind === 'beginning' ? stretches : over === ends.length ? stretches + 1 : undefined;
      const sites = new Set(Array.from(ends, (end, lane) => this.#entry(slot, lane, end)));
      if (sites.size > 1) return undefined;
      from = ends.map((end) => end + 1);
    }
  }

  /** Takes note of the writes of a lane up to its next barrier. @returns where that is. */
  #writes(slot: number, lane: number, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      const entry = this.#entry(slot, lane, i);
      const site = entry >>> UNIT_BITS;
      const kind = this.#kinds[site];
      if (kind === 'barrier') return i;
      if (kind !== 'write') continue;
      const unit = entry & UNIT;
      this.accesses++;
      this.#meet(unit, lane, site);
      this.#stretchOf[unit] = this.#stretch;
      this.#laneOf[unit] = lane;
      this.#siteOf[unit] = site;
    }
    return to;
  }

  #reads(slot: number, lane: number, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const entry = this.#entry(slot, lane, i);
      const site = entry >>> UNIT_BITS;
      if (this.#kinds[site] !== 'read') continue;
      this.accesses++;
      this.#meet(entry & UNIT, lane, site);
    }
  }

  /** An access meets a write of another lane, if there is one in the stretch. */
  #meet(unit: number, lane: number, site: number): void {
    if (this.#stretchOf[unit] !== this.#stretch || this.#laneOf[unit] === lane) return;
    const { sites } = this.#text;
    this.race ??= {
      unit: this.#nameOf(unit),
      write: { lane: this.#laneOf[unit]!, site: sites[this.#siteOf[unit]! - 1]! },
      other: { lane, site: sites[site - 1]! },
    };
  }

  #nameOf(unit: number): string {
    let before = 0;
    let at = LOG_HEAD;
    for (const { name, typed } of this.#text.variables) {
      const counts = [...this.#words.subarray(at, at + countsOf(typed).length)];
      const units = unitCount(typed, counts);
      if (unit < before + units) return name + placeOf(typed, unit - before, counts);
      before += units;
      at += counts.length;
    }
    return 'workgroup memory';
  }

  /** Entry `i` of a lane, counted as it wrote them. */
  #entry(slot: number, lane: number, i: number): number {
    const half = this.#half;
    const at = i < half ? i : half + (i % half);
    const first = this.#counts + this.slots * this.#lanes + slot * 2 * half * this.#lanes;
    return this.#words[first + at * this.#lanes + lane]!;
  }
}
