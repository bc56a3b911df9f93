import { describe, expect, test } from 'vitest';
import { parseRecord, type Result } from '../../src/io/record.ts';
import { HARDWARE, okResult, SOFTWARE } from '../ui/fake-lab.ts';
import { launchChrome } from './support/chrome.ts';
import { savedBy } from './support/downloads.ts';
import { giveFiles, openWith, TINY, unfold } from './support/measurements.ts';
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

describe('comparing', () => {
  test('judges experiments against the first, and shows what differs alone', async () => {
    const page = await openWith(open, 'sb-compare');
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
    const { name, text } = await savedBy(page, () => press(page, 'Save as a record'));
    expect(name).toBe('subbyte-comparison.json');
    const { results, comparisons } = parseRecord(JSON.parse(text));
    expect(results.map(({ spec }) => spec.kernel)).toEqual(['naive', 'gemv']);
    for (const { timing } of results) expect(timing!.samplesNs.length).toBeGreaterThan(1);
    expect(comparisons).toMatchObject([{ a: 0, b: 1 }]);
  });

  test('one experiment with itself says how large the noise is', async () => {
    const page = await openWith(open, 'sb-compare');
    await press(page, 'Compare this experiment with itself');
    await waitForText(page, 'B is A once more. Noise floor:', 30_000);
    await expectPresentable(page);
  });

  test('of what cannot run says why, and of what is cancelled keeps the list', async () => {
    const page = await openWith(open, 'sb-compare', { params: { WX: 64, WY: 8 }, protocol: 'strict' });
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
    const page = await openWith(open, 'sb-peaks');
    await press(page, 'Measure this adapter’s peaks');
    await waitForText(page, 'memory, copied (read and written)', 60_000);
    await expectPresentable(page);
    const measured = await textOf(page, '>>> sb-peaks >>> table');
    await page.reload();
    await waitForText(page, '(software)');
    await unfold(page, 'sb-peaks');
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
    await unfold(page, 'sb-peaks');
    await press(page, 'Measure this adapter’s peaks');
    await waitForElement(page, '>>> sb-peaks >>> sb-job >>> .failure');
    expect(await textOf(page, '>>> sb-peaks >>> sb-job >>> .failure')).toContain('No GPU adapter was found');
    await expectPresentable(page);
    await browser.close();
  });
});

describe('comparing machines', () => {
  test('shows each configuration as a share of the best, and names files that are no records', async () => {
    const page = await openWith(open, 'sb-portability');
    const records = [HARDWARE, SOFTWARE].map((environment, machine) => ({
      schemaVersion: 1,
      environments: [environment],
      results: ['gemv', 'naive'].map((variant, i) => timed(variant, 1000 * (machine === i ? 1 : 2))),
      comparisons: [],
    }));
    const [first, second] = records.map((record) => JSON.stringify(record));
    await giveFiles(page, 'sb-portability', { 'one.json': first!, 'bad.json': '{"schemaVersion":1}' });
    await waitForText(page, 'bad.json is no record. environments is missing.');
    await waitForText(page, '1 record: one.json.');
    await giveFiles(page, 'sb-portability', { 'two.json': second!, 'worse.json': 'no JSON' });
    await waitForText(page, 'worse.json is no record. It is not JSON');
    await waitForText(page, '2 records: one.json, two.json.');
    await waitForText(page, 'One for all: gemv');
    const table = await textOf(page, '>>> sb-portability >>> tbody');
    expect(table).toMatch(/gemv.*100 ?%.*50\.0 ?%.*75\.0 ?%.*50\.0 ?%.*70\.7 ?%/);
    await expectPresentable(page);
    await press(page, 'Remove all records');
    await giveFiles(page, 'sb-portability', { 'empty.json': JSON.stringify({ ...records[0], results: [] }) });
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
