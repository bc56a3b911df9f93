import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { runCommandLine } from './command-line.ts';
import type { CommandContext } from './context.ts';
import { openChrome } from './engines/chrome.ts';
import { openNode } from './engines/node.ts';
import { readLinuxBattery } from './linux-battery.ts';
import { peaksPath } from './peaks-file.ts';

// npm runs a script in the package's folder; files on the command line are meant from where the user is.
const from = process.env['npm_lifecycle_event'] === 'bench' ? process.env['INIT_CWD'] : undefined;
if (from !== undefined) process.chdir(from);

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second one means it: whatever does not end by itself is left behind, and browsers are ended on exit.
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort(new Error(`interrupted by ${signal}`));
  });
}

/** @returns once the text has left this process. */
const write = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve) => {
    stream.write(text, () => {
      resolve();
    });
  });

const context: CommandContext = {
  print: (text) => write(process.stdout, text),
  warn: (text) => {
    process.stderr.write(text);
  },
  terminal: process.stderr.isTTY,
  power: { getBattery: () => readLinuxBattery() },
  peaksPath: peaksPath(),
  winnersPath: join(cacheFolder(), 'winners.json'),
  journalsFolder: join(cacheFolder(), 'tune'),
  signal: interrupted.signal,
  openEngine: (choice) => (choice.name === 'chrome' ? openChrome(choice) : openNode(choice)),
};

const code = await runCommandLine(process.argv.slice(2), context);
await write(process.stdout, '');
await write(process.stderr, '');
// Dawn keeps the process alive, and crashes it when its objects are collected at a natural end.
process.exit(interrupted.signal.aborted ? 130 : code);
