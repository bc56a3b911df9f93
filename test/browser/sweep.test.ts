import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { parseRecord, type RecordFile, type Result } from '../../src/io/record.ts';
import { savedBy } from './support/downloads.ts';
import { openWith } from './support/measurements.ts';
import { expectPresentable, press, textOf, watchLongTasks, waitForText } from './support/page-driver.ts';
import { useRealPage } from './support/real-page.ts';

const { open } = useRealPage();

const ELEMENTS = ['int2', 'int4', 'nf4', 'fp4-bnb', 'iq4-nl', 'e2m1', 'int8'];
const POINTS = '>>> sb-swept >>> [aria-label="Points of the sweep"]';
const FORMATS = '>>> sb-swept >>> [aria-label="Formats by time, bytes and error"]';
const HEAT = '>>> sb-swept >>> .heat';

describe('sweeping a grid', () => {
  test('measures every point, rejects at no cost, says why, and how well times of shapes predict others', async () => {
    const page = await openWith(open, 'sb-sweep');
    await typeAxes(page, 'm=1..3', 'WX=8,4096', 'format=int4');
    await waitForText(page, '6 points');
    await page.evaluate(watchLongTasks);
    await press(page, 'Sweep');
    await waitForText(page, '6 points: 3 right, 3 rejected, 0 WRONG, 0 failed', 60_000);
    await waitForText(page, '3 points rejected: WX');
    expect(await textOf(page, `${POINTS} tbody`)).toMatch(
      /^m=1 WX=8 format=int4 ?right ?[\d.,]+ \S+ \[[\d.,]+, [\d.,]+\] hot/,
    );
    await waitForText(page, '(3 results, 3 shapes), a regression on the plans’ features is off by');
    expect(await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks)).toEqual(
      [],
    );
    await expectPresentable(page);
  });

  test('of axes that cannot be read says so as they are typed; one that is cancelled or fails keeps what it reached', async () => {
    const page = await openWith(open, 'sb-sweep', { protocol: 'strict' });
    await typeAxes(page, 'm=8..1');
    await waitForText(page, 'm=8..1 is a range that does not rise to its end.');
    await waitForText(page, 'See what is wrong with the axes.');
    await expectPresentable(page);
    await typeAxes(page, 'WX=4096,8', 'seed=1..50');
    await press(page, 'Sweep');
    await waitForText(page, 'Cancel');
    await press(page, 'Cancel');
    await waitForText(page, 'Cancelled; the points that were reached are kept.');
    await waitForText(page, ', of 100 planned');

    await page.$eval('sb-app', (app) => {
      const lab = app.lab!;
      const run = lab.run.bind(lab);
      let left = 1;
      lab.run = (...of) => (left-- > 0 ? run(...of) : Promise.reject(new Error('The adapter is gone.')));
    });
    await typeAxes(page, 'WX=4096,8', 'protocol=quick', 'seed=1..2');
    await press(page, 'Sweep');
    await waitForText(page, 'The adapter is gone.');
    await waitForText(page, '3 points: 1 right, 2 rejected, 0 WRONG, 0 failed, of 4 planned');
  });

  test('over two axes draws the times as a table, the faster the deeper, and a record holds the same', async () => {
    const page = await openWith(open, 'sb-sweep');
    await typeAxes(page, 'm=1,2', 'WX=8,16,4096', 'format=int4');
    await press(page, 'Sweep');
    await waitForText(page, '6 points: 4 right, 2 rejected', 60_000);
    expect(await textOf(page, `${HEAT} caption`)).toBe(
      'Median times by m (down) and WX (across), at format=int4',
    );
    expect(await textOf(page, `${HEAT} thead`)).toBe('WX=8WX=16WX=4096');
    await waitForText(
      page,
      '–: no plan allows the point, or its product does not fit; no time was taken. All times are with a hot cache.',
    );
    const cells = await page.$$eval(`${HEAT} td[style], ${HEAT} td[title]`, (all) =>
      all.map((cell) => ({
        text: cell.textContent.trim(),
        title: cell.title,
        depth: cell.style.getPropertyValue('--depth'),
      })),
    );
    const { results } = await savedRecord(page);
    expect(results.map(({ status }) => status)).toEqual([
      'ok',
      'ok',
      'unsupported',
      'ok',
      'ok',
      'unsupported',
    ]);
    expect(cells.map(({ text }) => text === '–')).toEqual([false, false, true, false, false, true]);
    for (const [i, { timing, reason }] of results.entries()) {
      const { text, title } = cells[i]!;
      if (timing) expect(Math.abs(nsOf(text) / timing.medianNs - 1)).toBeLessThan(0.005);
      else expect(title).toBe(reason);
    }
    const byTime = [0, 1, 3, 4].sort((a, b) => medianOf(results[a]!) - medianOf(results[b]!));
    expect(cells[byTime[0]!]!.depth).toBe('42%');
    expect(cells[byTime[3]!]!.depth).toBe('0%');
    await expectPresentable(page);
    await typeAxes(page, 'm=1,2');
    await press(page, 'Sweep');
    await waitForText(page, '2 points: 2 right', 60_000);
    expect(await page.$(HEAT)).toBeNull();
  });

  test('over formats of one matrix shows which of them no other beats in time, bytes and error', async () => {
    const page = await openWith(open, 'sb-sweep');
    // Five of four bits and one scale in 32: hardly one order of their times is that of their errors.
    await typeAxes(page, `format=${ELEMENTS.join(',')},mxfp4`);
    await press(page, 'Sweep');
    await waitForText(page, '8 points: 8 right', 60_000);
    await waitForText(page, 'Formats of this weight matrix, each at its fastest');
    const rows = await page.$$eval(`${FORMATS} tbody tr`, (all) =>
      all.map((row) => [...row.children].map((cell) => cell.textContent.trim())),
    );
    const { results } = await savedRecord(page);
    const costs = results.map((result) => [
      medianOf(result),
      result.quantization!.bitsPerWeight,
      result.quantization!.relRmse,
    ]);
    const byTime = results.map((_, i) => i).sort((a, b) => costs[a]![0]! - costs[b]![0]!);
    expect(rows.map(([name]) => name)).toEqual(
      byTime.map((i) => (i < ELEMENTS.length ? `${ELEMENTS[i]!}-g32` : 'mxfp4')),
    );
    // int2 in groups of 32 with an f16 scale: 2.5 bits for each of 64 · 64 weights.
    expect(rows[byTime.indexOf(0)]![2]).toBe('1.28 kB');
    const isBeaten = (i: number): boolean =>
      costs.some(
        (other) =>
          other.every((cost, c) => cost <= costs[i]![c]!) && other.some((cost, c) => cost < costs[i]![c]!),
      );
    expect(rows.map((row) => row[4])).toEqual(byTime.map((i) => (isBeaten(i) ? '' : 'on the front')));
    await expectPresentable(page);
  });
});

/** Types axes, one a line. */
const typeAxes = (page: Page, ...axes: readonly string[]): Promise<void> =>
  page.locator('>>> sb-sweep >>> textarea').fill(axes.join('\n'));

/** What “Save as a record” saves, as the command line reads it. */
async function savedRecord(page: Page): Promise<RecordFile> {
  const { name, text } = await savedBy(page, () => press(page, 'Save as a record'));
  expect(name).toBe('subbyte-sweep.json');
  const record = parseRecord(JSON.parse(text));
  expect(record.environments[0]!.adapter.software).toBe(true);
  return record;
}

const medianOf = ({ timing }: Result): number => timing!.medianNs;

/** `1.23 ms` in nanoseconds. */
function nsOf(text: string): number {
  const [, value, unit] = /^([\d.,]+) (s|ms|µs|ns)$/.exec(text)!;
  return (
    Number(value!.replaceAll(',', '')) * { s: 1e9, ms: 1e6, µs: 1e3, ns: 1 }[unit as 's' | 'ms' | 'µs' | 'ns']
  );
}
