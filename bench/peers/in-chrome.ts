import { existsSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer from 'puppeteer';
import { type EngineChoice, EngineError } from '../context.ts';
import { findChrome } from '../env/chrome.mjs';
import { chromeFlags } from '../engines/chrome-flags.ts';
import { serveFolder, type StaticServer } from '../engines/static-server.ts';
import { LabError } from '../../src/lab/lab.ts';
import type { PeersOptions, PeersRecord } from './peers-record.ts';

const FIX =
  'npm run --silent bench -- env --engine chrome --fix   installs one where it can, and else says how; ' +
  'or give its path: --browser PATH, or CHROME_PATH.';

/** What running in Chrome needs besides the options. */
export interface ChromeRun {
  readonly choice: Pick<EngineChoice, 'adapter' | 'browser'>;
  /** The built page. */
  readonly folder: string;
  /** For the record, by name; the browser's is added. */
  readonly versions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly tell: (step: string) => void;
}

/**
 * Runs peers in a page of a headless Chrome.
 *
 * @throws EngineError if there is no browser, LabError if it has no adapter, Error for what else the page threw.
 */
export async function runInChrome(options: PeersOptions, run: ChromeRun): Promise<PeersRecord> {
  const { choice, signal } = run;
  const executablePath = choice.browser === undefined ? findChrome() : findChrome(choice.browser);
  if (executablePath === undefined) throw new EngineError('No Chrome or Chromium was found.', FIX);
  const server = await servePage(run.folder);
  const browser = await puppeteer
    .launch({
      executablePath,
      headless: true,
      args: chromeFlags(choice.adapter),
      protocolTimeout: 0,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    })
    .catch(async (cause: unknown) => {
      await server.close();
      throw new EngineError(`${executablePath} does not start: ${String(cause)}`, FIX);
    });
  const end = (): void => {
    void browser.close();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    await page.exposeFunction('subbytePeersTell', run.tell);
    await page.goto(server.url + 'index.html', { waitUntil: 'load' });
    await page.waitForFunction(() => 'subbytePeers' in window, { timeout: 30_000 });
    const versions = { ...run.versions, browser: await browser.version() };
    const answer = await page.evaluate(
      (asked, known) =>
        window.subbytePeers.run(asked, known).then(
          (record) => ({ record }),
          // An error crosses as data, for a thrown one would lose its name.
          (error: unknown) => ({ name: error instanceof Error ? error.name : '', message: String(error) }),
        ),
      options,
      versions,
    );
    if ('record' in answer) return answer.record;
    if (answer.name === 'OpenGpuError') throw new LabError('no-adapter', answer.message);
    throw new Error(answer.message);
  } finally {
    signal.removeEventListener('abort', end);
    await browser.close().catch(() => undefined);
    await server.close();
  }
}

/**
 * Serves the built page on this machine only.
 *
 * @throws EngineError where it is not built.
 */
export function servePage(folder: string): Promise<StaticServer> {
  if (existsSync(join(folder, 'index.html'))) return serveFolder(folder);
  throw new EngineError(
    `The page is not built: there is no ${folder}.`,
    'Start the command with: npm run bench',
  );
}
