import { AxePuppeteer } from '@axe-core/puppeteer';
import type { Browser, BrowserContext, Page } from 'puppeteer';
import { expect } from 'vitest';

/** The two colour schemes. */
export const SCHEMES = ['light', 'dark'] as const;

/** Widths that the page is laid out for [CSS px]. */
export const WIDTHS = [1440, 900, 390] as const;

const LIMIT_MS = 30_000;
const POLL_MS = 50;
const VERDICT = '>>> sb-result >>> h2';

/** Opens an address in a tab of its own, in light colours; `errors` fills with what the page throws. */
export async function openTab(
  browser: Browser | BrowserContext,
  url: string,
): Promise<{ readonly page: Page; readonly errors: readonly string[] }> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.setViewport({ width: WIDTHS[0], height: 900 });
  await useScheme(page, 'light');
  await page.goto(url);
  await page.bringToFront();
  return { page, errors };
}

/** Shows the page in one of its two colour schemes, without motion. */
export const useScheme = (page: Page, scheme: (typeof SCHEMES)[number]): Promise<void> =>
  page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);

/** The first element that a selector finds through shadow roots, by its text without runs of blanks. */
export async function textOf(page: Page, selector: string): Promise<string> {
  const text = await page.$eval(selector, (element) => element.textContent);
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** All text that the page shows, shadow roots included. */
export async function allText(page: Page): Promise<string> {
  const texts = await page.$$eval('>>> :is(p, h1, h2, h3, li, button, summary, dt, dd, th, td)', (elements) =>
    elements.filter((element) => element.checkVisibility()).map((element) => element.textContent),
  );
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim()).join('\n');
}

/** Asks again until there is an answer. Puppeteer's own waiting does not see changes inside shadow roots. */
async function until<T>(
  ask: () => Promise<T | null>,
  complaint: () => Promise<string>,
  timeout: number,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(await complaint());
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** Waits until the page shows a text. @throws Error with all that it shows instead. */
export async function waitForText(page: Page, wanted: string, timeout = LIMIT_MS): Promise<void> {
  await until(
    async () => (await allText(page)).includes(wanted) || null,
    async () => `The page does not show “${wanted}”, but:\n${await allText(page)}`,
    timeout,
  );
}

/** Waits until a selector, through shadow roots, finds something. */
export async function waitForElement(page: Page, selector: string, timeout = LIMIT_MS): Promise<void> {
  await until(
    () => page.$(selector),
    async () => `The page has no ${selector}, and shows:\n${await allText(page)}`,
    timeout,
  );
}

/** Waits for a result on the page. @returns its headline. */
export async function verdict(page: Page): Promise<string> {
  await waitForElement(page, VERDICT);
  return textOf(page, VERDICT);
}

/** Waits until no run is under way. */
export const settled = (page: Page): Promise<void> =>
  waitForElement(page, '>>> sb-card >>> button.primary[aria-disabled="false"]');

/** Chooses from the list with this label. */
export async function choose(page: Page, label: string, value: string): Promise<void> {
  await page.locator(`>>> select[aria-label^="${label}"]`).fill(value);
}

/** Types into the field with this label, in place of what it holds. */
export async function fill(page: Page, label: string, value: string): Promise<void> {
  await page.locator(`>>> input[aria-label^="${label}"]`).fill(value);
}

/** What the control with this label holds. */
export const valueOf = (page: Page, label: string): Promise<string> =>
  page.$eval(`>>> :is(input, select)[aria-label^="${label}"]`, (control) => control.value);

/** Unfolds the expert settings. */
export const openExpert = (page: Page): Promise<void> =>
  page.$eval('>>> sb-expert >>> details', (details) => {
    details.open = true;
  });

/** Presses the button that says this. */
export async function press(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
}

/** Serious and critical findings of axe, one line each. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // The page has no frames of other origins, for which alone axe would open a second tab.
  const { violations } = await new AxePuppeteer(page).setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => JSON.stringify(target)).join(' ')}`);
}

/** By how much the page is wider than its window [CSS px]. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Expects no serious finding of axe in either colour scheme and no sideways scroll at any width. */
export async function expectPresentable(page: Page): Promise<void> {
  for (const scheme of SCHEMES) {
    await useScheme(page, scheme);
    expect(await seriousFindings(page), `axe in ${scheme} colours`).toEqual([]);
  }
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 900 });
    expect(await sidewaysScroll(page), `sideways scroll at ${width} px`).toBe(0);
  }
}

/** Runs in the page: keeps the length of every long task from now on. */
export function watchLongTasks(): void {
  const longTasks: number[] = [];
  Object.assign(globalThis, { longTasks });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push(entry.duration);
  }).observe({ type: 'longtask' });
}
