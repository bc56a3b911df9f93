import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { beforeAll, expect, test } from 'vitest';
import { ensurePage } from '../../bench/env/build.mjs';
import { useSourcePages } from './support/source-pages.ts';

/** What the page measured of one verification. */
interface Measured {
  readonly verdicts: readonly { readonly passed: boolean; readonly mode: string }[];
  readonly tookMs: number;
  readonly longTasksMs: readonly number[];
}

const { open } = useSourcePages();
let page: Page;
let workerText: string;

beforeAll(async () => {
  const assets = join(await ensurePage(() => undefined), 'assets');
  const built = readdirSync(assets).find((name) => name.startsWith('reference-worker'));
  workerText = readFileSync(join(assets, built!), 'utf8');
  page = await open();
}, 180_000);

test(
  'a product of 4096 × 4096 × 4096 is verified within 10 s, and no task holds the page over 50 ms',
  { timeout: 120_000 },
  async () => {
    await page.evaluate((text) => Object.assign(globalThis, { workerText: text }), workerText);
    // Where others use this CPU a task takes as long as it takes: what blocks the page does so each time.
    const looks = [await measure()];
    if (longest(looks[0]!) > 50) looks.push(await measure());
    for (const { verdicts, tookMs } of looks) {
      expect(verdicts).toMatchObject([
        { passed: true, mode: 'sampled' },
        { passed: true, mode: 'sampled' },
      ]);
      expect(tookMs).toBeLessThan(10_000);
    }
    expect(Math.min(...looks.map(longest))).toBeLessThanOrEqual(50);
  },
);

const longest = ({ longTasksMs }: Measured): number => Math.max(0, ...longTasksMs);

const measure = async (): Promise<Measured> =>
  (await page.evaluate(`(async () => {
    const { lowRankProduct } = await import('/test/workers/low-rank-product.ts');
    const { browserPool } = await import('/src/workers/browser-pool.ts');
    const products = ['exact', 'bound'].map((judge) => lowRankProduct(4096, judge));
    const pool = browserPool({ kind: 'text', text: globalThis.workerText }, 2);
    // What was made above is over before the watch begins.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const longTasksMs = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longTasksMs.push(entry.duration);
    }).observe({ type: 'longtask' });
    const start = performance.now();
    const verdicts = [];
    for (const { request, output } of products) {
      verdicts.push(await pool.check(request, output, new AbortController().signal));
    }
    const tookMs = performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 200));
    pool.close();
    return { verdicts, tookMs, longTasksMs };
  })()`)) as Measured;
