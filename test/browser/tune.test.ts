import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { openWith, unfold } from './support/measurements.ts';
import {
  allText,
  choose,
  expectPresentable,
  fill,
  press,
  textOf,
  watchLongTasks,
  waitForElement,
  waitForText,
} from './support/page-driver.ts';
import { useRealPage } from './support/real-page.ts';

const { open } = useRealPage();

describe('searching for the best tile', () => {
  test('is cancelled, goes on after a reload without losing a sample, and ends in a finding', async () => {
    const page = await openWith(open, 'sb-tune', { params: { WX: 8 } });
    await choose(page, 'Strategy of the search', 'random');
    await fill(page, 'Budget in seconds', 'long');
    await waitForText(page, 'The budget is “long”');
    await fill(page, 'Budget in seconds', '600');
    await press(page, 'Search');
    await waitForText(page, 'tiles timed', 60_000);
    const other = await openWith(open, 'sb-tune', { params: { WX: 8 } });
    await waitForText(other, 'A random search is running in another tab of this browser, with');
    expect(await allText(other)).not.toContain('Discard it');
    await expectPresentable(other);
    await page.bringToFront();
    await press(page, 'Cancel');
    await waitForText(page, 'An interrupted random search is kept');
    await other.bringToFront();
    await waitForText(other, 'An interrupted random search is kept');
    await other.close();
    await page.bringToFront();
    const kept = await samplesKept(page);
    expect(kept).toBeGreaterThan(0);
    await page.reload();
    await waitForText(page, '(software)');
    await unfold(page, 'sb-tune');
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

  test('of what has nothing to search says so', async () => {
    const page = await openWith(open, 'sb-tune', { params: { WX: 8, WY: 8 } });
    await press(page, 'Search');
    await waitForText(page, 'There is nothing to search');
    await expectPresentable(page);
  });
});

/** Samples that the page says it keeps of an interrupted search. */
async function samplesKept(page: Page): Promise<number> {
  const [, count] = /with ([\d,]+) samples?/.exec(await textOf(page, '>>> sb-tune >>> details')) ?? [];
  return Number(count);
}
