import type { Page } from 'puppeteer';
import { expect, test } from 'vitest';
import type { Environment } from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { followsTile, syntheticSweep } from '../support/synthetic-sweep.ts';
import { HARDWARE } from '../ui/fake-lab.ts';
import {
  choose,
  expectPresentable,
  press,
  waitForElement,
  waitForText,
  watchLongTasks,
} from './support/page-driver.ts';
import { giveFiles, unfold } from './support/measurements.ts';
import { linkTo, useRealPage } from './support/real-page.ts';

const { open } = useRealPage();

/** Small, with all the tiles of its kernel to plan. */
const PRODUCT = { m: 16, n: 64, k: 64, weights: 'random', kernel: 'tiled' };
const TILES = [16, 32].flatMap((BM) =>
  [32, 64].flatMap((BN) => [8, 16].map((BK) => ({ BM, BN, BK, TM: 4, TN: 4 }))),
);
const FILE_INPUT = '>>> sb-tune >>> sb-learn >>> input[type=file]';

test('a search learns from a sweep’s record, says how well it predicts, and goes on with it after a reload', async () => {
  const page = await open(await linkTo(PRODUCT));
  await waitForText(page, '(software)');
  await unfold(page, 'sb-tune');
  await choose(page, 'Strategy of the search', 'random');
  await waitForText(page, 'Only the strategy model learns from sweeps.');
  await waitForElement(page, `${FILE_INPUT}:disabled`);
  await choose(page, 'Strategy of the search', 'model');
  await waitForElement(page, `${FILE_INPUT}:enabled`);
  const adapter = await adapterOf(page);
  const spec = { ...DEFAULT_SPEC, ...PRODUCT };
  const record = syntheticSweep(spec, TILES, followsTile, { ...HARDWARE, adapter });
  const elsewhere = { ...record, environments: [HARDWARE] };
  await giveFiles(page, 'sb-learn', {
    'elsewhere.json': JSON.stringify(elsewhere),
    'bad.json': '{"schemaVersion":1}',
  });
  await waitForText(page, 'bad.json is no record. environments is missing.');
  await waitForText(page, `1 record with ${record.results.length} results: elsewhere.json.`);
  await expectPresentable(page);
  await press(page, 'Search');
  await waitForText(page, 'The sweeps teach nothing here. All were measured on another adapter: Acme G900');
  await press(page, 'Remove these records');
  await giveFiles(page, 'sb-learn', { 'sweep.json': JSON.stringify(record) });
  await page.evaluate(watchLongTasks);
  await press(page, 'Search');
  await waitForText(page, 'the regression wins. The search begins with the 8 tiles', 60_000);
  await waitForText(page, 'timed', 60_000);
  expect(await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks)).toEqual([]);
  await press(page, 'Cancel');
  await waitForText(page, 'An interrupted model search is kept');
  await expectPresentable(page);
  await page.reload();
  await waitForText(page, '(software)');
  await unfold(page, 'sb-tune');
  await waitForText(page, 'It goes on with what it learnt from a sweep.');
  await press(page, 'Go on with the interrupted search');
  await waitForText(page, 'tiles timed', 60_000);
});

/** The adapter that the page runs on. */
const adapterOf = (page: Page): Promise<Environment['adapter']> =>
  page.evaluate(async () => {
    const { vendor, architecture, description } = (await navigator.gpu.requestAdapter())!.info;
    return { vendor, architecture, description, software: true };
  });
