import { describe, expect, test } from 'vitest';
import {
  choose,
  expectPresentable,
  fill,
  press,
  valueOf,
  verdict,
  waitForText,
} from './support/page-driver.ts';
import { linkTo, useRealPage } from './support/real-page.ts';

const { open } = useRealPage();

describe('the address', () => {
  test('holds the whole card: another tab shows the same and waits', async () => {
    const page = await open(await linkTo({ m: 2, kernel: 'naive' }));
    await waitForText(page, '(software)');
    await choose(page, 'Weights', 'random');
    await fill(page, 'Outputs', '65');
    await fill(page, 'Depth', '97');
    await choose(page, 'Group size', '64');
    await choose(page, 'Activation type', 'f16');
    await waitForText(page, 'This adapter lacks shader-f16');
    await page.waitForFunction(() => location.hash.length > 40);
    const same = await open(new URL(page.url()).hash);
    await waitForText(same, '(software)');
    for (const [label, value] of [
      ['Tokens', '2'],
      ['Outputs', '65'],
      ['Depth', '97'],
      ['Group size', '64'],
      ['Activation type', 'f16'],
    ] as const) {
      expect(await valueOf(same, label)).toBe(value);
    }
    expect(await same.$('>>> sb-result')).toBeNull();
    await press(same, 'Measure');
    await waitForText(same, 'All 130 outputs');
    await expectPresentable(same);
  });

  test('that is damaged says so, keeps the card usable and can be cleared', async () => {
    const page = await open('#1.thisisnolink');
    await waitForText(page, 'This link is damaged');
    await expectPresentable(page);
    await press(page, 'Clear the address');
    await page.waitForFunction(() => location.hash === '');
    await press(page, 'Measure');
    expect(await verdict(page)).toBe('Verified');
  });

  test('that changes under the page changes the card', async () => {
    const page = await open(await linkTo({ m: 2 }));
    const other = await linkTo({ m: 77 });
    await page.evaluate((hash) => {
      location.hash = hash;
    }, other);
    await page.waitForFunction(
      (hash) => location.hash === hash && document.querySelector('sb-app') !== null,
      {},
      other,
    );
    await waitForText(page, 'tokens');
    expect(await valueOf(page, 'Tokens')).toBe('77');
  });
});
