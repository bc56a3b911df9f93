import axeCore from 'axe-core';
import type { Browser, Page } from 'puppeteer';
import { expect } from 'vitest';

/** Widths that the page is laid out for [CSS px]. */
export const WIDTHS = [1440, 900, 390] as const;

const LIMIT_MS = 30_000;
const POLL_MS = 100;
const VERDICT = '>>> sb-result >>> h2';

/** A page, and what it has thrown since it was opened. */
interface Opened {
  readonly page: Page;
  readonly errors: readonly string[];
}

/** Opens an address in a tab of its own, in light colours. */
export const openTab = async (browser: Browser, url: string): Promise<Opened> =>
  openIn(await browser.newPage(), url);

/** Opens an address in a tab in light colours. */
export async function openIn(page: Page, url: string): Promise<Opened> {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.setViewport({ width: WIDTHS[0], height: 900 });
  await useScheme(page, 'light');
  await page.goto(url);
  await page.bringToFront();
  return { page, errors };
}

/** Shows the page in one of its two colour schemes, without motion. */
export const useScheme = (page: Page, scheme: 'light' | 'dark'): Promise<void> =>
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
export const allText = (page: Page): Promise<string> => page.evaluate(shownText, '');

/**
 * Asks the page again and again until it says yes. Puppeteer's own waiting does not see changes inside shadow roots, and its own
 * search through them takes so long that, asked every few milliseconds, the page would do little else.
 */
async function until(
  ask: () => Promise<boolean>,
  complaint: () => Promise<string>,
  timeout: number,
): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(await complaint());
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** Waits until the page shows a text. @throws Error with all that it shows instead. */
export const waitForText = (page: Page, wanted: string, timeout = LIMIT_MS): Promise<void> =>
  until(
    async () => (await page.evaluate(shownText, wanted)) !== '',
    async () => `The page does not show “${wanted}”, but:\n${await allText(page)}`,
    timeout,
  );

/** Waits until a selector, its parts joined by `>>>` through shadow roots, finds something. */
export const waitForElement = (page: Page, selector: string, timeout = LIMIT_MS): Promise<void> =>
  until(
    () => page.evaluate(hasElement, selector),
    async () => `The page has no ${selector}, and shows:\n${await allText(page)}`,
    timeout,
  );

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

/** Serious and critical findings of axe, one line each. @param rules those to check; all, if none is named. */
export async function seriousFindings(page: Page, ...rules: readonly string[]): Promise<readonly string[]> {
  // Once a page, for that takes longer than to look at it.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeCore.source);
  return page.evaluate(runAxe, rules);
}

/** By how much the page is wider than its window [CSS px]. */
export const sidewaysScroll = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Expects no serious finding of axe in either colour scheme and no sideways scroll at any width. */
export async function expectPresentable(page: Page): Promise<void> {
  expect(await seriousFindings(page), 'axe in light colours').toEqual([]);
  // Of what axe looks at, a scheme changes only colours.
  await useScheme(page, 'dark');
  expect(await seriousFindings(page, 'color-contrast'), 'axe in dark colours').toEqual([]);
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 900 });
    expect(await sidewaysScroll(page), `sideways scroll at ${width} px`).toBe(0);
  }
}

/** Runs in the page, which has axe. */
async function runAxe(rules: readonly string[]): Promise<string[]> {
  const { axe } = globalThis as unknown as { readonly axe: typeof axeCore };
  const { violations } = await axe.run({
    resultTypes: ['violations'],
    ...(rules.length > 0 ? { runOnly: { type: 'rule', values: [...rules] } } : {}),
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => JSON.stringify(target)).join(' ')}`);
}

/** Runs in the page: keeps the length of every long task from now on. */
export function watchLongTasks(): void {
  const longTasks: number[] = [];
  Object.assign(globalThis, { longTasks });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push(entry.duration);
  }).observe({ type: 'longtask' });
}

/**
 * Runs in the page: the text of every paragraph, heading, button, item and cell that is visible, a line each.
 *
 * @param wanted only those that have this in them, which takes less time.
 */
function shownText(wanted: string): string {
  const lines: string[] = [];
  const roots: ParentNode[] = [document];
  for (const root of roots) {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
      if (!element.matches('p, h1, h2, h3, li, button, summary, dt, dd, th, td')) continue;
      const text = element.textContent.replaceAll(/\s+/g, ' ').trim();
      if (text.includes(wanted) && element.checkVisibility()) lines.push(text);
    }
  }
  return lines.join('\n');
}

/** Runs in the page: whether there is such an element, each part of the selector anywhere below what the part before it found. */
function hasElement(selector: string): boolean {
  let scopes: readonly ParentNode[] = [document];
  for (const part of selector.split('>>>').map((text) => text.trim())) {
    if (part === '') continue;
    const found = new Set<Element>();
    const roots = [...scopes];
    for (const root of roots) {
      if (root instanceof Element && root.shadowRoot) roots.push(root.shadowRoot);
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) roots.push(element.shadowRoot);
        if (element.matches(part)) found.add(element);
      }
    }
    scopes = [...found];
  }
  return scopes.length > 0;
}
