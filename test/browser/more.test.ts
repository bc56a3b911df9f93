import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/io/record.ts';
import { HARDWARE, okResult, SOFTWARE } from '../ui/fake-lab.ts';
import { launchChrome } from './support/chrome.ts';
import {
  choose,
  expectPresentable,
  fill,
  openTab,
  press,
  textOf,
  verdict,
  watchLongTasks,
  waitForElement,
  waitForText,
} from './support/page-driver.ts';
import { linkTo, useRealPage } from './support/real-page.ts';

const { open, url } = useRealPage();

/** A product that SwiftShader is soon done with. */
const TINY = { m: 2, n: 64, k: 64, weights: 'random', kernel: 'naive' };

/** The page on a tiny product, with one of its further measurements unfolded. */
async function openWith(element: string, change: Parameters<typeof linkTo>[0] = {}): Promise<Page> {
  const page = await open(await linkTo({ ...TINY, ...change }));
  await waitForText(page, '(software)');
  await page.locator(`>>> ${element} >>> summary`).click();
  return page;
}

describe('comparing', () => {
  test('judges experiments against the first, and shows what differs alone', async () => {
    const page = await openWith('sb-compare');
    await waitForText(page, 'Add at least two experiments.');
    await press(page, 'Add this experiment');
    await choose(page, 'Kernel', 'gemv');
    await press(page, 'Add this experiment');
    await choose(page, 'Kernel', 'skinny');
    await press(page, 'Add this experiment');
    await press(page, 'Remove experiment C');
    await press(page, 'Compare');
    await waitForText(page, 'Cancel');
    // One thing at a time: the card waits.
    expect(await page.$('>>> sb-card >>> button.primary[aria-disabled="true"]')).not.toBeNull();
    await waitForText(page, 'against A', 30_000);
    const table = await textOf(page, '>>> sb-compare >>> [aria-label="The comparison"] table');
    expect(table).toMatch(
      /^kernel ?result ?time .* A ?naive ?Verified.* B ?gemv ?Verified.*(FASTER|SLOWER|SAME|UNCLEAR) \(margin/,
    );
    await expectPresentable(page);
  });

  test('of what cannot run says why, and of what is cancelled keeps the list', async () => {
    const page = await openWith('sb-compare', { params: { WX: 64, WY: 8 }, protocol: 'strict' });
    await press(page, 'Add this experiment');
    await press(page, 'Use the default parameters');
    await press(page, 'Add this experiment');
    await press(page, 'Compare');
    await waitForText(page, 'A: This configuration cannot run. WX · WY is 512', 30_000);
    await fill(page, 'Tokens', 'a few');
    await waitForText(page, 'The card names no experiment');
    await expectPresentable(page);
    await press(page, 'Compare');
    await page.keyboard.press('Escape');
    await waitForText(page, 'Cancelled');
    expect(await page.$$('>>> sb-compare >>> button[aria-label^="Remove"]')).toHaveLength(2);
  });
});

describe('the peaks of the adapter', () => {
  test('are measured when asked for, kept over a reload, and used by later results', async () => {
    const page = await openWith('sb-peaks');
    await press(page, 'Measure this adapter’s peaks');
    await waitForText(page, 'memory, copied (read and written)', 60_000);
    await expectPresentable(page);
    const measured = await textOf(page, '>>> sb-peaks >>> table');
    await page.reload();
    await waitForText(page, '(software)');
    await page.locator('>>> sb-peaks >>> summary').click();
    await waitForText(page, 'Measure again');
    expect(await textOf(page, '>>> sb-peaks >>> table')).toBe(measured);
    await press(page, 'Measure');
    expect(await verdict(page)).toBe('Verified');
    await waitForText(page, 'Share of the peak');
    await press(page, 'Measure again');
    await waitForText(page, 'Cancel');
    await page.keyboard.press('Escape');
    await waitForText(page, 'Cancelled; the peaks are those from before.');
  });

  test('cannot be measured without an adapter, which is said beside the button', async () => {
    const browser = await launchChrome(false);
    const { page } = await openTab(browser, url() + (await linkTo(TINY)));
    await waitForText(page, 'No GPU adapter was found');
    await page.locator('>>> sb-peaks >>> summary').click();
    await press(page, 'Measure this adapter’s peaks');
    await waitForElement(page, '>>> sb-peaks >>> sb-job >>> .failure');
    expect(await textOf(page, '>>> sb-peaks >>> sb-job >>> .failure')).toContain('No GPU adapter was found');
    await expectPresentable(page);
    await browser.close();
  });
});

describe('searching for the best tile', () => {
  test('is cancelled and goes on after a reload without losing a sample, and its winner can be used', async () => {
    const page = await openWith('sb-tune', { params: { WX: 8 } });
    await choose(page, 'Strategy of the search', 'random');
    await fill(page, 'Budget in seconds', 'long');
    await waitForText(page, 'The budget is “long”');
    await fill(page, 'Budget in seconds', '600');
    await press(page, 'Search');
    await waitForText(page, 'tiles timed', 60_000);
    await press(page, 'Cancel');
    await waitForText(page, 'An interrupted random search is kept');
    const kept = await samplesKept(page);
    expect(kept).toBeGreaterThan(0);
    await page.reload();
    await waitForText(page, '(software)');
    await page.locator('>>> sb-tune >>> summary').click();
    await waitForText(page, 'An interrupted random search is kept');
    expect(await samplesKept(page)).toBe(kept);
    await expectPresentable(page);
    await fill(page, 'Budget in seconds', '600');
    await page.evaluate(watchLongTasks);
    await press(page, 'Go on with the interrupted search');
    await waitForElement(page, '>>> sb-finding', 100_000);
    expect(await textOf(page, '>>> sb-finding >>> strong')).toMatch(
      /^Winner: naive takes|^The default stays/,
    );
    expect(await textOf(page, '>>> sb-finding >>> thead')).toContain('time ÷ the default’s');
    expect(await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks)).toEqual(
      [],
    );
    await expectPresentable(page);
  });

  test('of what has nothing to search, and a file that is no store, says so', async () => {
    const page = await openWith('sb-tune', { params: { WX: 8, WY: 8 } });
    await press(page, 'Search');
    await waitForText(page, 'There is nothing to search');
    await page.$eval('>>> sb-winners >>> input[type=file]', (input) => {
      const files = new DataTransfer();
      files.items.add(new File(['{"schemaVersion":1,"winners":[{}]}'], 'bad.json'));
      input.files = files.files;
      input.dispatchEvent(new Event('change'));
    });
    await waitForElement(page, '>>> sb-winners >>> .problem');
    expect(await textOf(page, '>>> sb-winners >>> .problem')).toContain('bad.json is no store of winners');
    await expectPresentable(page);
  });
});

describe('sweeping a grid', () => {
  test('measures every point, rejects at no cost, and says why', async () => {
    const page = await openWith('sb-sweep');
    await page.locator('>>> sb-sweep >>> textarea').fill('m=1..2\nWX=8,4096\nformat=int4');
    await waitForText(page, '4 points');
    await page.evaluate(watchLongTasks);
    await press(page, 'Sweep');
    await waitForText(page, '4 points: 2 right, 2 rejected, 0 WRONG, 0 failed', 60_000);
    await waitForText(page, '2 points rejected: WX');
    expect(await textOf(page, '>>> sb-sweep >>> tbody')).toContain('m=1 WX=8 format=int4');
    expect(await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks)).toEqual(
      [],
    );
    await expectPresentable(page);
  });

  test('of axes that cannot be read says so as they are typed; a cancelled one keeps what it reached', async () => {
    const page = await openWith('sb-sweep', { protocol: 'strict' });
    await page.locator('>>> sb-sweep >>> textarea').fill('m=8..1');
    await waitForText(page, 'm=8..1 is a range that does not rise to its end.');
    await waitForText(page, 'See what is wrong with the axes.');
    await expectPresentable(page);
    await page.locator('>>> sb-sweep >>> textarea').fill('WX=4096,8\nseed=1..50');
    await press(page, 'Sweep');
    await waitForText(page, 'Cancel');
    await press(page, 'Cancel');
    await waitForText(page, 'Cancelled; the points that were reached are kept.');
    await waitForText(page, ', of 100 planned');
  });
});

describe('comparing machines', () => {
  test('shows each configuration as a share of the best, and names files that are no records', async () => {
    const page = await openWith('sb-portability');
    const records = [HARDWARE, SOFTWARE].map((environment, machine) => ({
      schemaVersion: 1,
      environments: [environment],
      results: ['gemv', 'naive'].map((variant, i) => timed(variant, 1000 * (machine === i ? 1 : 2))),
      comparisons: [],
    }));
    const [first, second] = records.map((record) => JSON.stringify(record));
    await giveFiles(page, { 'one.json': first!, 'bad.json': '{"schemaVersion":1}' });
    await waitForText(page, 'bad.json is no record. environments is missing.');
    await waitForText(page, '1 record: one.json.');
    await giveFiles(page, { 'two.json': second!, 'worse.json': 'no JSON' });
    await waitForText(page, 'worse.json is no record. It is not JSON');
    await waitForText(page, '2 records: one.json, two.json.');
    await waitForText(page, 'One for all: gemv');
    const table = await textOf(page, '>>> sb-portability >>> tbody');
    expect(table).toMatch(/gemv.*100 ?%.*50\.0 ?%.*75\.0 ?%.*50\.0 ?%.*70\.7 ?%/);
    await expectPresentable(page);
    await press(page, 'Remove all records');
    await giveFiles(page, { 'empty.json': JSON.stringify({ ...records[0], results: [] }) });
    await waitForText(page, 'There is no time of a right result');
  });
});

/** A right result of a kernel. */
function timed(variant: string, medianNs: number): Result {
  const result = okResult();
  return {
    ...result,
    kernel: { ...result.kernel!, variant },
    timing: { ...result.timing!, medianNs },
  };
}

/** Chooses files, by name and content, as a user does. */
const giveFiles = (page: Page, files: Readonly<Record<string, string>>): Promise<void> =>
  page.$eval(
    '>>> sb-portability >>> input[type=file]',
    (input, contents) => {
      const given = new DataTransfer();
      for (const [name, text] of Object.entries(contents)) given.items.add(new File([text], name));
      input.files = given.files;
      input.dispatchEvent(new Event('change'));
    },
    files,
  );

/** Samples that the page says it keeps of an interrupted search. */
async function samplesKept(page: Page): Promise<number> {
  const [, count] = /with ([\d,]+) samples?/.exec(await textOf(page, '>>> sb-tune >>> details')) ?? [];
  return Number(count);
}
