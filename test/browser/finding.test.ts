import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRecord } from '../../src/io/record.ts';
import { decodeLink } from '../../src/io/permalink.ts';
import { Winners } from '../../src/tune/winners.ts';
import { savedBy } from './support/downloads.ts';
import { type Gallery, serveGallery } from './support/gallery.ts';
import { giveFiles, unfold } from './support/measurements.ts';
import {
  allText,
  choose,
  expectPresentable,
  openTab,
  press,
  textOf,
  valueOf,
  waitForElement,
  waitForText,
} from './support/page-driver.ts';
import { linkTo } from './support/real-page.ts';
import { sharedChrome } from './support/shared-chrome.ts';

let browser: Browser;
let gallery: Gallery;

beforeAll(async () => {
  [browser, gallery] = await Promise.all([sharedChrome(), serveGallery()]);
}, 180_000);

afterAll(() => {
  gallery.close();
});

test('what a search finds is set on the card, kept, exported, and what auto runs from then on', async () => {
  const product = { m: 3, n: 64, k: 64, weights: 'random', kernel: 'naive' };
  const { page, errors } = await openTab(browser, gallery.url('tunable') + (await linkTo(product)));
  await waitForText(page, 'More measurements', 120_000);
  await unfold(page, 'sb-tune');
  await waitForText(page, 'This browser keeps no winners yet.');
  await choose(page, 'Strategy of the search', 'random');
  await press(page, 'Search');
  await waitForElement(page, '>>> sb-finding', 60_000);
  // The lab’s times are 1 ms of the best tile, 32 by 8, and of 64 by 1, the default: 1 + 1/4 + 3/4 = 2 ms.
  expect(await textOf(page, '>>> sb-finding >>> strong')).toMatch(/^Winner: naive takes 0\.500 /);
  await waitForText(page, 'This browser keeps 1 winner.');
  await waitForText(page, 'auto takes this tile for products like this from now on.');
  await expectPresentable(page);
  const saved = await savedBy(page, () => press(page, 'Save as a record'));
  expect(saved.name).toBe('subbyte-search.json');
  const { results } = parseRecord(JSON.parse(saved.text));
  expect(results.at(-1)).toMatchObject({ spec: { kernel: 'naive', params: { WX: 32, WY: 8 } } });
  const t4 = await savedBy(page, () => press(page, 'Save as Kernel Tuner’s T4 results'));
  expect(t4.name).toBe('subbyte-search.t4.json');
  expect(JSON.parse(t4.text)).toMatchObject({
    schema_version: '1.0.0',
    results: expect.arrayContaining([
      expect.objectContaining({ configuration: { WX: 32, WY: 8 }, invalidity: 'correct' }),
    ]) as unknown,
  });

  await press(page, 'Use this tile');
  await waitForElement(page, '>>> sb-sentence >>> select[aria-label="Kernel"]');
  expect(await valueOf(page, 'Kernel')).toBe('naive');
  expect(await decodeLink(await hashOf(page))).toMatchObject({
    ...product,
    params: { WX: 32, WY: 8 },
  });

  const { name, text } = await savedBy(page, () => press(page, 'Export the winners'));
  expect(name).toBe('subbyte-winners.json');
  const { winners } = Winners.parse(JSON.parse(text)).export();
  expect(winners).toHaveLength(1);
  expect(winners[0]).toMatchObject({
    adapter: { vendor: 'acme', architecture: 'gen-9', description: 'Acme G900 (driver 1.2)' },
    shape: { m: 3, n: 64, k: 64 },
    kernel: 'naive',
    params: { WX: 32, WY: 8 },
    medianNs: 1e6,
    againstAuto: { kernel: 'gemv' },
  });

  // Without a store auto stands for gemv.
  await choose(page, 'Kernel', 'auto');
  await waitForText(page, 'auto runs naive with WX=32 WY=8: a search on this adapter found it');
  // By keys alone: the button that takes it back has the focus.
  await press(
    page,
    'Remove naive with WX=32 WY=8 for M 3, N 64, K 64, int4-g32, interleaved, hot cache on Acme G900 (driver 1.2)',
  );
  await waitForText(page, 'naive with WX=32 WY=8 is removed.');
  await waitForText(page, 'This browser keeps no winners yet.');
  await waitForText(page, 'The winners of this browser have changed since');
  expect(await allText(page)).not.toMatch(/auto (runs naive|takes this tile)/);
  await expectPresentable(page);
  await page.keyboard.press('Enter');
  await waitForText(page, 'naive with WX=32 WY=8 is kept again.');
  await waitForText(page, 'auto runs naive with WX=32 WY=8');
  expect(errors).toEqual([]);
  await page.close();
}, 180_000);

test('winners that cannot be read are said to be kept aside, and are saved as they are', async () => {
  const { page, errors } = await openTab(browser, gallery.url('tunable'));
  const text = '{"schemaVersion":2,"winners":"as a later page would have it"}';
  await page.evaluate((kept) => {
    localStorage.setItem('subbyte/winners', kept);
  }, text);
  await page.reload();
  await waitForText(page, 'More measurements', 60_000);
  await unfold(page, 'sb-tune');
  await giveFiles(page, 'sb-winners', { 'ours.json': '{"schemaVersion":1,"winners":[]}' });
  await waitForText(page, '1 file merged.');
  await waitForText(
    page,
    'Kept aside: winners that this page cannot read and does not use. schemaVersion is 2',
  );
  await expectPresentable(page);
  const saved = await savedBy(page, () => press(page, 'Save the unread winners'));
  expect(saved).toEqual({ name: 'subbyte-winners-unread.json', text });
  await press(page, 'Discard the unread winners');
  expect(await allText(page)).not.toContain('Kept aside');
  expect(errors).toEqual([]);
  await page.close();
}, 120_000);

const hashOf = (page: Page): Promise<string> => page.evaluate(() => location.hash);
