import { openBrowser } from './env/open.mjs';
import { requireNode } from './env/node-version.mjs';

const USAGE = `npm start [-- options]

Opens the playground.
  --port N    serve on port N (5173, or the next free one)
  --no-open   print the address only`;

requireNode();
const options = parse(process.argv.slice(2));
try {
  await serve(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(6);
}

/** @param {{ port: number, open: boolean }} options */
async function serve({ port, open }) {
  const say = (/** @type {string} */ line) => console.log(line);
  const { ensurePackages } = await import('./env/packages.mjs');
  await ensurePackages(say);
  const { ensureSamples } = await import('./env/samples.mjs');
  await ensureSamples();
  const { ensurePage } = await import('./env/build.mjs');
  const { ROOT } = await import('./env/root.mjs');
  const outDir = await ensurePage(say);
  const { preview } = await import('vite');
  const server = await preview({
    configFile: `${ROOT}/vite.config.ts`,
    logLevel: 'warn',
    build: { outDir },
    preview: { port, strictPort: false },
  });
  const [address] = server.resolvedUrls?.local ?? [];
  if (!address) throw new Error('The server gave no address.');
  console.log(`Subbyte runs at ${address}  (Ctrl+C stops it)`);
  if (open) openBrowser(address);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
}

/**
 * @param {readonly string[]} args
 * @returns {{ port: number, open: boolean }}
 */
function parse(args) {
  let port = 5173;
  let open = true;
  const rest = args.flatMap((arg) => arg.split(/(?<=^--port)=/));
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i];
    if (arg === '--no-open') open = false;
    else if (arg === '--port') port = portNumber(rest[++i]);
    else if (arg === '--help' || arg === '-h') stop(USAGE, 0);
    else stop(`There is no option ${arg}.\n\n${USAGE}`, 1);
  }
  return { port, open };
}

/** @param {string | undefined} text */
function portNumber(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    stop(`--port wants a number from 1 to 65535, not ${text}.`, 1);
  return port;
}

/**
 * @param {string} text
 * @param {number} code
 * @returns {never}
 */
function stop(text, code) {
  (code === 0 ? console.log : console.error)(text);
  process.exit(code);
}
