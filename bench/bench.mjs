import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireNode } from './env/node-version.mjs';

// stdout belongs to the command; all that the launcher has to say goes to stderr.
const say = (/** @type {string} */ line) => {
  if (!process.argv.includes('--quiet')) console.error(line);
};

requireNode();
let bundle;
try {
  const { ensurePackages } = await import('./env/packages.mjs');
  await ensurePackages(say);
  const { ensureSamples } = await import('./env/samples.mjs');
  await ensureSamples();
  const { ensureNodeBundle, ensurePage } = await import('./env/build.mjs');
  bundle = await ensureNodeBundle(say);
  await ensurePage(say);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(6);
}
await import(pathToFileURL(join(bundle, 'bench.js')).href);
