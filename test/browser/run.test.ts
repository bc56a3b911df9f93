import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import {
  choose,
  expectPresentable,
  openExpert,
  press,
  settled,
  textOf,
  verdict,
  watchLongTasks,
  waitForElement,
  waitForText,
} from './support/page-driver.ts';
import { linkTo, useRealPage } from './support/real-page.ts';

/** From opening the page to a verified and measured result, on SwiftShader [ms]. */
const FIRST_RESULT_MS = 5000;
/** A task of the main thread that users would feel [ms]. */
const LONG_TASK_MS = 50;
const { open } = useRealPage('own');

/** Repeats what a busy machine may spoil, once. @returns the better of the two figures. */
async function bestOfTwo(limit: number, attempt: () => Promise<number>): Promise<number> {
  const first = await attempt();
  return first <= limit ? first : Math.min(first, await attempt());
}

describe('the first visit', () => {
  test(`ends in a verified and measured result within ${FIRST_RESULT_MS} ms, with nothing pressed`, async () => {
    const took = await bestOfTwo(FIRST_RESULT_MS, async () => {
      const page = await open();
      expect(await verdict(page)).toBe('Verified');
      return page.evaluate(() => performance.now());
    });
    process.stderr.write(`first result after ${Math.round(took)} ms\n`);
    expect(took).toBeLessThanOrEqual(FIRST_RESULT_MS);
  });

  test('shows verdict, time with interval, rates, size, error, adapter and the WGSL', async () => {
    const page = await open();
    expect(await verdict(page)).toBe('Verified');
    await waitForText(page, 'All 1,536 outputs are within their bounds');
    await waitForText(page, 'matches bit for bit');
    await waitForText(page, 'Time of one product');
    await waitForText(page, '95 % interval');
    for (const words of ['GFLOP/s', 'GB/s', 'bits', 'Quantization error', 'cold cache', 'software adapter']) {
      await waitForText(page, words);
    }
    await page.locator('>>> sb-wgsl >>> summary').click();
    await waitForElement(page, '>>> sb-wgsl >>> pre');
    expect(await textOf(page, '>>> sb-wgsl >>> pre')).toContain('@compute');
    await expectPresentable(page);
  });
});

describe('a run', () => {
  test('is started and cancelled by keys alone, and can be started again', async () => {
    const page = await open(await linkTo({ protocol: 'strict' }));
    await waitForText(page, '(software)');
    for (let i = 0; i < 30 && (await focusedText(page)) !== 'Measure'; i++) await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Measure');
    await page.keyboard.press('Enter');
    await waitForText(page, 'Cancel');
    await page.keyboard.press('Escape');
    await waitForText(page, 'Cancelled; nothing was recorded.');
    expect(await focusedText(page)).toBe('Measure');
    await openExpert(page);
    await choose(page, 'Measuring protocol', 'quick');
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    expect(await verdict(page)).toBe('Verified');
  });

  test('keeps the last result when it is cancelled while measuring', async () => {
    const page = await open();
    await verdict(page);
    await openExpert(page);
    await choose(page, 'Measuring protocol', 'strict');
    await press(page, 'Measure');
    await waitForText(page, 'Measuring');
    await press(page, 'Cancel');
    await waitForText(page, 'Cancelled; nothing was recorded.');
    expect(await verdict(page)).toBe('Verified');
    await waitForText(page, 'For the settings before you changed them');
    // In a run of its own: on a busy machine this looks at the page for longer than a run takes, and would leave no Cancel.
    await press(page, 'Measure');
    await waitForText(page, 'Measuring');
    await expectPresentable(page);
  });

  test(`leaves the main thread free: no task over ${LONG_TASK_MS} ms`, async () => {
    const page = await open(await linkTo({ m: 33 }));
    await waitForText(page, '(software)');
    const longest = await bestOfTwo(LONG_TASK_MS, async () => {
      await page.evaluate(watchLongTasks);
      await press(page, 'Measure');
      await waitForText(page, 'Cancel');
      await settled(page);
      return page.evaluate(() =>
        Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks),
      );
    });
    expect(await verdict(page)).toBe('Verified');
    expect(longest).toBeLessThanOrEqual(LONG_TASK_MS);
  });

  test('of the page’s long-task watch finds a planted long task', async () => {
    const page = await open(await linkTo({ m: 2 }));
    await page.evaluate(watchLongTasks);
    await page.evaluate(
      () =>
        new Promise((done) => {
          setTimeout(() => {
            const end = performance.now() + 80;
            while (performance.now() < end);
            setTimeout(done, 200);
          });
        }),
    );
    const found = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
    expect(Math.max(0, ...found)).toBeGreaterThan(LONG_TASK_MS);
  });
});

/** The text of the focused element, through shadow roots. */
const focusedText = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return focused?.textContent.trim() ?? '';
  });
