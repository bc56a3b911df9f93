import { type ByteSource, WeightSourceError } from '../source.ts';

/** No model's header is nearly as large; one beyond it belongs to a damaged or foreign file. */
const MAX_HEADER = 128 << 20;

/** Bytes of the first piece that is read; each further one is twice as large, up to the largest. */
const FIRST_PIECE = 64 << 10;
const LARGEST_PIECE = 4 << 20;

/**
 * Refuses a GGUF file.
 *
 * @param at the byte of the file where the fault lies.
 * @param why ends the sentence "at byte 24, …" and has its full stop.
 * @throws WeightSourceError always.
 */
export function refuseGguf(at: number, why: string): never {
  throw new WeightSourceError(`This is no readable GGUF file: at byte ${String(at)}, ${why}`);
}

/**
 * A cursor over the header of a GGUF file. It holds one piece of the file at a time; reads are synchronous, and whoever
 * reads makes sure with {@link need} that the bytes are there. All numbers are little-endian.
 */
export class GgufReader {
  readonly #source: ByteSource;
  /** Where the header must have ended. */
  readonly #limit: number;
  #at = 0;
  #pieceAt = 0;
  #piece = new Uint8Array(0);
  #view = new DataView(this.#piece.buffer);
  #nextPiece = FIRST_PIECE;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#limit = Math.min(source.size, MAX_HEADER);
  }

  /** The byte of the file that is read next. */
  get at(): number {
    return this.#at;
  }

  /** Bytes that the header can still have: what no length or count in it may exceed. */
  get left(): number {
    return this.#limit - this.#at;
  }

  /** Whether so many bytes can be read without {@link need}. */
  has(bytes: number): boolean {
    return this.#at + bytes <= this.#pieceAt + this.#piece.length;
  }

  /**
   * Makes sure that so many bytes can be read.
   *
   * @param what names for users what the bytes belong to.
   * @throws WeightSourceError if the file has no such bytes; nothing is read then.
   */
  async need(bytes: number, what: string): Promise<void> {
    if (bytes > this.left) this.#refuseEnd(what);
    if (this.has(bytes)) return;
    const length = Math.min(Math.max(bytes, this.#nextPiece), this.left);
    this.#piece = await this.#source.read(this.#at, length);
    this.#view = new DataView(this.#piece.buffer, this.#piece.byteOffset, this.#piece.length);
    this.#pieceAt = this.#at;
    this.#nextPiece = Math.min(2 * this.#nextPiece, LARGEST_PIECE);
  }

  #refuseEnd(what: string): never {
    if (this.#limit < this.#source.size) {
      refuseGguf(this.#at, `the header goes on; at most ${String(MAX_HEADER)} bytes of it are read.`);
    }
    refuseGguf(this.#at, `the file of ${String(this.#source.size)} bytes ends inside ${what}.`);
  }

  /** @param bytes at most {@link left}. They need not have been read. */
  skip(bytes: number): void {
    this.#at += bytes;
  }

  /** The next bytes of the piece, as a view of it. */
  take(bytes: number): DataView<ArrayBuffer> {
    return new DataView(this.#piece.buffer, this.#piece.byteOffset + this.#advance(bytes), bytes);
  }

  /** Reads an u32. */
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Reads an u64; inexact from 2^53 on, where it only serves to see that it is too large. */
  uint64(): number {
    const at = this.#advance(8);
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
  }

  /** Goes on by so many bytes. @returns where in the piece they begin. */
  #advance(bytes: number): number {
    const inPiece = this.#at - this.#pieceAt;
    this.#at += bytes;
    return inPiece;
  }

  /**
   * Reads the length of a string, and checks that the file has room for it.
   *
   * @param what names the string for users.
   * @throws WeightSourceError if it has not, or the length is above `longest` bytes.
   */
  async textLength(what: string, longest: number): Promise<number> {
    if (!this.has(8)) await this.need(8, what);
    const length = this.uint64();
    if (length > this.left) {
      refuseGguf(
        this.#at - 8,
        `${what} is ${String(length)} bytes long; ${String(this.left)} bytes are left.`,
      );
    }
    if (length > longest) {
      refuseGguf(
        this.#at - 8,
        `${what} is ${String(length)} bytes long; at most ${String(longest)} are read.`,
      );
    }
    return length;
  }

  /**
   * Reads a string: its length in bytes (u64) and its UTF-8. A byte that is no UTF-8 is read as U+FFFD, unless the string
   * is a name.
   *
   * @param what names the string for users.
   * @throws WeightSourceError if it is cut off, too long, or a name that is no UTF-8.
   */
  async text(what: string, longest: number, isName = false): Promise<string> {
    const length = await this.textLength(what, longest);
    const begin = this.#at;
    await this.need(length, what);
    try {
      return new TextDecoder('utf-8', { fatal: isName, ignoreBOM: true }).decode(this.take(length));
    } catch {
      return refuseGguf(begin, `${what} is no UTF-8.`);
    }
  }
}
