import puppeteer, { type Browser, type Page } from 'puppeteer';
import { withArrays } from '../../src/io/array-slices.ts';
import type { LabCall } from '../../src/lab/lab-call.ts';
import { LostError, type Progress, type ProgressListener } from '../../src/lab/lab.ts';
import type { Reply } from '../../src/lab/remote-lab.ts';

/** The page, its GPU process or the whole browser is gone or hangs: a fresh browser may do better. */
export class PageCrash extends LostError {
  override readonly name = 'PageCrash';

  /** @param what happened. */
  constructor(what: string) {
    super(`Chrome failed: ${what.replace(/\.$/, '')}.`);
  }
}

/** How a browser is started. */
export interface SessionOptions {
  /** Path of the browser. */
  readonly browser: string;
  readonly flags: readonly string[];
  /** Address of the headless page. */
  readonly url: string;
  /** A call that says nothing for this long hangs [ms]. */
  readonly silenceMs: number;
}

/** One browser with the headless page in it; used for one call at a time. */
export class PageSession {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #silenceMs: number;
  readonly #crashed: Promise<never>;
  #onProgress: (progress: Progress) => void = () => undefined;

  private constructor(browser: Browser, page: Page, silenceMs: number) {
    this.#browser = browser;
    this.#page = page;
    this.#silenceMs = silenceMs;
    this.#crashed = new Promise<never>((_, reject) => {
      page.once('error', (error) => {
        reject(new PageCrash(`the page crashed: ${error.message}`));
      });
      browser.once('disconnected', () => {
        reject(new PageCrash('the browser ended'));
      });
    });
    // Between calls nobody listens, and that is no unhandled rejection.
    this.#crashed.catch(() => undefined);
  }

  /** Starts a browser and opens the page. @throws Error if the browser does not start. */
  static async open({
    browser: executablePath,
    flags,
    url,
    silenceMs,
  }: SessionOptions): Promise<PageSession> {
    const browser = await puppeteer.launch({
      executablePath,
      headless: true,
      args: [...flags],
      // Long products take as long as they take; silence is what we watch.
      protocolTimeout: 0,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    try {
      const page = (await browser.pages())[0] ?? (await browser.newPage());
      const session = new PageSession(browser, page, silenceMs);
      await page.exposeFunction('subbyteProgress', (progress: Progress) => {
        session.#onProgress(progress);
      });
      await page.goto(url, { waitUntil: 'load' });
      await page.waitForFunction(() => 'subbyte' in window, { timeout: 30_000 });
      return session;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** The browser's name and version. */
  version(): Promise<string> {
    return this.#browser.version();
  }

  /**
   * Calls the page's lab.
   *
   * @throws PageCrash if page or browser die or go silent; the signal's reason once it aborts.
   */
  async call(call: LabCall, signal: AbortSignal, onProgress: ProgressListener): Promise<Reply> {
    signal.throwIfAborted();
    const silence = new Silence(this.#silenceMs);
    this.#onProgress = (progress) => {
      silence.break();
      onProgress(progress);
    };
    const onAbort = (): void => {
      // The browser is ended right after: that this is heard is a courtesy, and no answer is no failure.
      this.#page
        .evaluate(() => {
          window.subbyte.abort();
        })
        .catch(() => undefined);
    };
    const over = new AbortController();
    signal.addEventListener('abort', onAbort, { once: true, signal: over.signal });
    try {
      const reply = this.#page
        .evaluate((asked) => window.subbyte.call(asked), call)
        .then((told) => this.#withArrays(told, silence));
      // Only the first to end is waited for: a page that is gone answers later, with an error that says less.
      reply.catch(() => undefined);
      return await Promise.race([
        reply.catch(asCrash),
        this.#crashed,
        silence.tooLong,
        abortOf(signal, over.signal),
      ]);
    } finally {
      silence.end();
      over.abort();
      this.#onProgress = () => undefined;
    }
  }

  /** A reply with its arrays, fetched slice by slice. */
  async #withArrays(reply: Reply, silence: Silence): Promise<Reply> {
    if (reply.kind !== 'value') return reply;
    const value = await withArrays(reply.value, (array, from) => {
      silence.break();
      return this.#page.evaluate((...asked) => window.subbyte.slice(...asked), array, from);
    });
    return { kind: 'value', value };
  }

  /** Ends the browser; safe to call twice. */
  async close(): Promise<void> {
    await this.#browser.close().catch(() => undefined);
  }
}

/** The page answers every question, with a failure if it must: an error here is that it could not answer. */
function asCrash(error: unknown): never {
  throw new PageCrash(`the page gave no answer: ${error instanceof Error ? error.message : String(error)}`);
}

/** Rejects once the signal aborts, unless the call is over: the caller need not wait until the page has stopped. */
const abortOf = (signal: AbortSignal, over: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true, signal: over },
    );
  });

/** Rejects after a while in which nothing was heard. */
class Silence {
  readonly tooLong: Promise<never>;
  readonly #limitMs: number;
  #reject: (reason: PageCrash) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.tooLong = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    this.tooLong.catch(() => undefined);
    this.break();
  }

  /** Something was heard: waits from anew. */
  break(): void {
    this.end();
    this.#timer = setTimeout(() => {
      this.#reject(new PageCrash(`nothing was heard of the page for ${Math.round(this.#limitMs / 1000)} s`));
    }, this.#limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
