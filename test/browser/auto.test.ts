import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { parseRecord } from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { Winners } from '../../src/tune/winners.ts';
import { currentWinner } from '../support/current-winner.ts';
import { savedBy } from './support/downloads.ts';
import { giveFiles, openWith, unfold } from './support/measurements.ts';
import { expectPresentable, press, settled, textOf, verdict, waitForText } from './support/page-driver.ts';
import { useRealPage } from './support/real-page.ts';

const { open, url } = useRealPage();

/** A tile of gemv that is legal and not its default, and one that asks for 8192 invocations. */
const TILE = { BN: 16, TN: 4, SPLIT: 8, DEPTH: 1, ALONG: 0, REDUCE: 0, OFFSET: 1 };
const ILLEGAL = { ...TILE, BN: 128, TN: 4, SPLIT: 256 };
const NAMED = 'gemv with BN=16 TN=4 SPLIT=8 DEPTH=1 ALONG=0 REDUCE=0 OFFSET=1';
const NOTE = '>>> sb-auto-winner >>> [role=status]';

/** A store as other machines would write it, for this page’s adapter. */
async function storeFor(
  page: Page,
  shape: { readonly m: number; readonly n: number; readonly k: number },
  params: Readonly<Record<string, number>>,
  cache: 'hot' | 'cold' = 'hot',
): Promise<string> {
  const adapter = await page.evaluate(async () => {
    const { vendor, architecture, description } = (await navigator.gpu.requestAdapter())!.info;
    return { vendor, architecture, description };
  });
  const winner = currentWinner({
    ...{ adapter, shape, layout: 'interleaved', activation: 'f32', accumulator: 'f32', output: 'f32' },
    format: { format: 'int4', group: 32, scale: 'f16', zeroPoint: false, secondLevel: 'none' },
    ...{ kernel: 'gemv', params, cache, medianNs: 1e6, ratio: 0.5, ciLow: 0.49, ciHigh: 0.51 },
    ...{ samples: 20, measuredAt: 1000 },
  });
  return JSON.stringify({ schemaVersion: 1, winners: [winner] });
}

describe('auto', () => {
  test('runs a winner that the browser keeps, says so, and runs without it when told', async () => {
    const page = await openWith(open, 'sb-tune', { kernel: 'auto' });
    expect(await textOf(page, NOTE)).toBe('');
    await giveFiles(page, 'sb-winners', { 'ours.json': await storeFor(page, { m: 2, n: 64, k: 64 }, TILE) });
    await waitForText(page, '1 file merged.');
    await waitForText(
      page,
      `auto runs ${NAMED}: a search on this adapter found it for products like this one.`,
    );
    await expectPresentable(page);

    await press(page, 'Measure');
    expect(await verdict(page)).toBe('Verified');
    expect(await ranOn(page)).toMatch(/^For M 2, .* kernel gemv,/);
    await waitForText(page, 'BN 16, TN 4, SPLIT 8, DEPTH 1, ALONG 0, REDUCE 0, OFFSET 1');

    // What others are given names the winner as well.
    const command = await page.$eval('>>> sb-copy-button[label="Copy as command"]', (button) =>
      button.text(),
    );
    expect(command).toContain('--kernel gemv --set BN=16,TN=4,SPLIT=8,DEPTH=1,ALONG=0,REDUCE=0,OFFSET=1 ');
    await unfold(page, 'sb-compare');
    await press(page, 'Add this experiment');
    await waitForText(page, 'A is M 2, N 64, K 64');
    expect(await textOf(page, '>>> sb-compare >>> details')).toContain('kernel gemv,');

    await press(page, 'Run auto without it');
    expect(await textOf(page, NOTE)).toContain(`${NAMED}, is left out: auto chooses by its rules.`);
    expect(await ranOn(page)).toContain('For the settings before you changed them');
    await expectPresentable(page);
    await press(page, 'Measure');
    await waitForText(page, 'kernel auto,');
    // The defaults of gemv for two tokens and K 64.
    await waitForText(page, 'BN 64, TN 8, SPLIT 2, DEPTH 2, ALONG 0, REDUCE 0, OFFSET 1');

    await press(page, 'Run auto with the winner');
    await waitForText(page, `auto runs ${NAMED}`);
    await page.reload();
    await waitForText(page, `auto runs ${NAMED}`);
  });

  test('takes a winner on the first visit’s experiment, with nothing pressed', async () => {
    const page = await openWith(open, 'sb-tune', { kernel: 'auto' });
    const { m, n, k } = DEFAULT_SPEC;
    await giveFiles(page, 'sb-winners', { 'ours.json': await storeFor(page, { m, n, k }, TILE, 'cold') });
    await waitForText(page, '1 file merged.');
    expect(await textOf(page, NOTE)).toBe('');
    await page.goto('about:blank');
    await page.goto(url());
    expect(await verdict(page)).toBe('Verified');
    expect(await ranOn(page)).toContain('kernel gemv,');
    await waitForText(page, 'BN 16, TN 4, SPLIT 8');
  });

  test('hands the winner’s text to the user with the winner’s tile: it runs as it is', async () => {
    const page = await openWith(open, 'sb-tune', { kernel: 'auto' });
    await giveFiles(page, 'sb-winners', { 'ours.json': await storeFor(page, { m: 2, n: 64, k: 64 }, TILE) });
    await waitForText(page, `auto runs ${NAMED}`);
    await press(page, 'Measure');
    expect(await verdict(page)).toBe('Verified');
    await unfold(page, 'sb-wgsl');
    await press(page, 'Edit');
    await press(page, 'Run this text');
    await waitForText(page, 'Your own WGSL');
    await settled(page);
    expect(await verdict(page)).toBe('Verified');
    expect(await ranOn(page)).toMatch(/^For M 2, .* kernel gemv,/);
    await waitForText(page, 'BN 16, TN 4, SPLIT 8, DEPTH 1, ALONG 0, REDUCE 0, OFFSET 1');
  });

  test('leaves out a winner whose tile no plan allows', async () => {
    const page = await openWith(open, 'sb-tune', { kernel: 'auto' });
    await giveFiles(page, 'sb-winners', {
      'ours.json': await storeFor(page, { m: 2, n: 64, k: 64 }, ILLEGAL),
    });
    await waitForText(page, 'This browser keeps 1 winner.');
    await press(page, 'Measure');
    expect(await verdict(page)).toBe('Verified');
    expect(await textOf(page, NOTE)).toBe('');
    expect(await ranOn(page)).toContain('kernel auto,');
  });

  test('in a sweep runs each point’s own winner, which the record names, and can leave winners out', async () => {
    const page = await openWith(open, 'sb-tune', { kernel: 'auto', m: 1 });
    await giveFiles(page, 'sb-winners', { 'ours.json': await storeFor(page, { m: 2, n: 64, k: 64 }, TILE) });
    await waitForText(page, '1 file merged.');
    await unfold(page, 'sb-sweep');
    await page.locator('>>> sb-sweep >>> textarea').fill('m=1,2');
    await press(page, 'Sweep');
    await waitForText(page, '2 points: 2 right', 60_000);
    await waitForText(page, `In the place of auto ran what searches on this adapter found: ${NAMED}.`);
    const { text } = await savedBy(page, () => press(page, 'Save as a record'));
    expect(
      parseRecord(JSON.parse(text)).results.map(({ spec: { m, kernel, params } }) => [m, kernel, params]),
    ).toEqual([
      [1, 'auto', {}],
      [2, 'gemv', TILE],
    ]);
    await expectPresentable(page);
    await press(page, 'Run auto without winners');
    await waitForText(page, 'From now on auto chooses by its rules.');
    await page.locator('>>> sb-sweep >>> textarea').fill('m=2,3,4');
    await press(page, 'Sweep');
    await waitForText(page, '3 points: 3 right', 60_000);
    await waitForText(page, 'Run auto with winners');
    expect(await textOf(page, '>>> sb-sweep >>> details')).not.toContain('In the place of auto');
  });
});

describe('the winners that are kept', () => {
  test('outlive a file that is none, and come out as they went in', async () => {
    const page = await openWith(open, 'sb-tune');
    const ours = await storeFor(page, { m: 2, n: 64, k: 64 }, TILE);
    const theirs = await storeFor(page, { m: 64, n: 64, k: 64 }, TILE);
    await giveFiles(page, 'sb-winners', { 'ours.json': ours });
    await waitForText(page, 'This browser keeps 1 winner.');
    await giveFiles(page, 'sb-winners', {
      'bad.json': '{"schemaVersion":1,"winners":[{}]}',
      'worse.json': 'no JSON',
      'theirs.json': theirs,
    });
    await waitForText(page, 'bad.json is no store of winners. winners[0].adapter is missing');
    await waitForText(page, 'worse.json is no store of winners. It is not JSON');
    await waitForText(page, '1 file merged.');
    await waitForText(page, 'This browser keeps 2 winners.');
    await expectPresentable(page);
    await giveFiles(page, 'sb-winners', { 'bad.json': '{"schemaVersion":1,"winners":[{}]}' });
    await waitForText(page, 'This browser keeps 2 winners.');
    const { name, text } = await savedBy(page, () => press(page, 'Export the winners'));
    expect(name).toBe('subbyte-winners.json');
    const store = Winners.parse(JSON.parse(text)).export();
    const given = [ours, theirs].flatMap((file) => Winners.parse(JSON.parse(file)).export().winners);
    expect(store.winners).toHaveLength(2);
    expect(store.winners).toEqual(expect.arrayContaining(given));
  });
});

/** The line that says what the result is of. */
const ranOn = (page: Page): Promise<string> => textOf(page, '>>> sb-result >>> .about');
