import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GalleryState } from '../ui/gallery.ts';
import { type Gallery, serveGallery } from './support/gallery.ts';
import {
  expectPresentable,
  openIn,
  openTab,
  press,
  seriousFindings,
  waitForText,
} from './support/page-driver.ts';
import { sharedChrome } from './support/shared-chrome.ts';

let browser: Browser;
let gallery: Gallery;
/** One after the other shows all states. */
let page: Page;

beforeAll(async () => {
  [browser, gallery] = await Promise.all([sharedChrome(), serveGallery()]);
  // The first page has its sources translated, which is not what the tests wait for.
  ({ page } = await openTab(browser, gallery.url('right')));
  await waitForText(page, 'Measure', 120_000);
}, 180_000);

afterAll(async () => {
  gallery.close();
  await page.close();
});

/** What each state must say; the last is the button that leads out of it. */
const STATES: Readonly<Record<GalleryState, readonly string[]>> = {
  right: ['Verified', '312µs', '2.1 % of what rounding may explain', 'Measure'],
  tunable: ['Verified', 'Measure'],
  software: ['the CPU plays the GPU', 'Measure'],
  unconverged: [
    'has not converged',
    '2 rounds ran while the GPU was slowed down: 2 samples',
    'each the slope of time over up to 27 dispatches',
    'First dispatch',
    'Measure',
  ],
  wrong: [
    'Wrong result',
    'At [m 0, n 3] it gives 1.25000 where 0.312500 is right',
    'What was checked: 0 checks passed, 2 failed',
    'Try again',
  ],
  unsupported: ['cannot run', 'must be 1 to 1024', 'Measure'],
  failed: ['The run failed', 'shaders/kernels/naive.wgsl:7: unresolved value', 'Try again'],
  'no-webgpu': ['This browser has no WebGPU', 'Chrome or Edge', 'Try again'],
  'no-adapter': ['No GPU adapter', '--enable-unsafe-webgpu --enable-features=Vulkan', 'Try again'],
  'no-device': ['could not be opened', 'restart the browser', 'Try again'],
  slow: ['Preparing weights', 'half of weights', 'Cancel'],
};

describe.each(Object.entries(STATES) as [GalleryState, readonly string[]][])(
  'the state “%s”',
  (state, says) => {
    test('says what is so, fits every width and has no serious fault for axe', async () => {
      const { errors } = await openIn(page, gallery.url(state));
      for (const words of says) await waitForText(page, words);
      await expectPresentable(page);
      expect(errors).toEqual([]);
    });
  },
);

describe('what unfolds', () => {
  test('fits every width and has no serious fault for axe', async () => {
    await openIn(page, gallery.url('right'));
    await waitForText(page, 'Verified');
    for (const summary of await page.$$('>>> summary')) await summary.click();
    await waitForText(page, 'Joined from 1 part');
    await expectPresentable(page);
  });

  test.each([
    ['How results are checked', 'Against a bound for each output'],
    ['Adapter: Acme G900. Show its limits and features', 'maxBufferSize'],
  ])('“%s” opens a dialog that Esc closes', async (name, content) => {
    await openIn(page, gallery.url('right'));
    await waitForText(page, 'Verified');
    await press(page, name);
    await waitForText(page, content);
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.$$('>>> dialog[open]')).toEqual([]);
  });
});

describe('axe here', () => {
  test('does find a fault that is planted', async () => {
    await openIn(page, gallery.url('right'));
    await waitForText(page, 'Verified');
    await page.$eval('>>> sb-card >>> button.primary', (button) => {
      (button as HTMLElement).style.color = '#4aa396';
    });
    expect((await seriousFindings(page)).join(' ')).toContain('color-contrast');
    expect(await seriousFindings(page, 'color-contrast')).toHaveLength(1);
  });
});
