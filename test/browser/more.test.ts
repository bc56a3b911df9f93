import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { launchChrome } from './support/chrome.ts';
import {
  choose,
  expectPresentable,
  fill,
  openTab,
  press,
  textOf,
  verdict,
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
