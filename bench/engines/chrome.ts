import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withRecovery } from '../../src/lab/with-recovery.ts';
import { type Engine, type EngineChoice, EngineError } from '../context.ts';
import { findChrome } from '../env/chrome.mjs';
import { ROOT } from '../env/root.mjs';
import { chromeFlags } from './chrome-flags.ts';
import { chromeLab } from './chrome-lab.ts';
import { PageSession } from './page-session.ts';
import { serveFolder } from './static-server.ts';
import { locateTensor } from './weight-files.ts';

/** A pipeline of a software adapter takes seconds, a step of a large reference tens of them [ms]. */
const SILENCE_MS = 300_000;

const FIX =
  'npm run --silent bench -- env --engine chrome --fix   installs one where it can, and else says how; ' +
  'or give its path: --browser PATH, or CHROME_PATH.';

/**
 * Opens a lab in a headless Chrome.
 *
 * @throws EngineError if there is no browser, or it does not start.
 */
export async function openChrome({ adapter, browser: preferred }: EngineChoice): Promise<Engine> {
  const browser = preferred === undefined ? findChrome() : findChrome(preferred);
  if (browser === undefined) {
    throw new EngineError(
      preferred === undefined ? 'No Chrome or Chromium was found.' : `There is no program at ${preferred}.`,
      FIX,
    );
  }
  const folder = join(ROOT, 'dist', 'page');
  if (!existsSync(join(folder, 'headless.html'))) {
    throw new EngineError(
      `The page is not built: there is no ${folder}.`,
      'Start the command with: npm run bench',
    );
  }
  const server = await serveFolder(folder);
  const open = async (): Promise<PageSession> => {
    try {
      const url = `${server.url}headless.html`;
      return await PageSession.open({ browser, flags: chromeFlags(adapter), url, silenceMs: SILENCE_MS });
    } catch (error) {
      throw new EngineError(
        `${browser} does not start: ${error instanceof Error ? error.message : String(error)}`,
        FIX,
      );
    }
  };
  const served = async (weights: string): Promise<string> => {
    const file = await locateTensor(weights);
    return file ? `${server.share(resolve(file.path))}#${file.tensor}` : weights;
  };
  const lab = chromeLab({ open, served, adapter });
  return {
    name: 'chrome',
    lab: withRecovery(lab),
    close: async () => {
      await lab.close();
      await server.close();
    },
  };
}
