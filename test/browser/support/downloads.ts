import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';

const LIMIT_MS = 10_000;
const POLL_MS = 50;

/** A file that the page gave to be saved. */
export interface Saved {
  readonly name: string;
  readonly text: string;
}

/** Lets the page save a file, as a user would, and reads it. @throws Error if none comes. */
export async function savedBy(page: Page, act: () => Promise<void>): Promise<Saved> {
  const folder = await mkdtemp(join(tmpdir(), 'subbyte-'));
  const session = await page.createCDPSession();
  try {
    const { id } = page.browserContext();
    await session.send('Browser.setDownloadBehavior', {
      behavior: 'allow',
      downloadPath: folder,
      ...(id === undefined ? {} : { browserContextId: id }),
    });
    await act();
    const end = Date.now() + LIMIT_MS;
    while (Date.now() < end) {
      // One that is not whole yet has an ending of Chrome's own.
      const name = (await readdir(folder)).find((one) => one.endsWith('.json'));
      if (name !== undefined) return { name, text: await readFile(join(folder, name), 'utf8') };
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
    throw new Error('The page saved no file.');
  } finally {
    await session.detach();
    await rm(folder, { recursive: true });
  }
}
