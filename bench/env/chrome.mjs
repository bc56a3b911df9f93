import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a browser is called on the search path, best first. */
const NAMES = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome'];

/** Where a browser lies inside a folder of Puppeteer's cache. */
const IN_CACHE = [
  'chrome-linux64/chrome',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-win64/chrome.exe',
  'chrome-win32/chrome.exe',
];

/**
 * The path of a Chrome or Chromium: the preferred one, `CHROME_PATH`, Puppeteer's cache, then the system's.
 *
 * @param {string} [preferred] a path that the user gave; nothing else is looked for then
 * @returns {string | undefined} undefined if there is none
 */
export function findChrome(preferred = process.env['CHROME_PATH']) {
  if (preferred) return isProgram(preferred) ? preferred : undefined;
  return [...cached(), ...installed()].find(isProgram);
}

/** @returns {string[]} browsers in Puppeteer's cache, newest first */
function cached() {
  const folder = join(process.env['PUPPETEER_CACHE_DIR'] ?? join(homedir(), '.cache', 'puppeteer'), 'chrome');
  if (!existsSync(folder)) return [];
  const newestFirst = readdirSync(folder).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return newestFirst.flatMap((version) => IN_CACHE.map((program) => join(folder, version, program)));
}

/** @returns {string[]} where this system would have a browser */
function installed() {
  if (process.platform === 'darwin') {
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      ['Google Chrome', 'Chromium'].map((name) => join(folder, `${name}.app/Contents/MacOS/${name}`)),
    );
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
      const folder = process.env[variable];
      return folder
        ? ['Google/Chrome', 'Chromium'].map((name) => join(folder, name, 'Application/chrome.exe'))
        : [];
    });
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return [
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    '/opt/google/chrome/chrome',
  ];
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
