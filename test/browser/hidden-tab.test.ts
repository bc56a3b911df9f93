import { expect, test } from 'vitest';
import { allText, press, verdict, waitForText } from './support/page-driver.ts';
import { linkTo, useRealPage } from './support/real-page.ts';

const { open } = useRealPage();

test('while another tab is in front nothing is measured, and what was under way then does not count', async () => {
  const page = await open(
    await linkTo({ m: 16, n: 256, k: 512, weights: 'random', kernel: 'naive', protocol: 'standard' }),
  );
  await waitForText(page, '(software)');
  await press(page, 'Measure');
  await waitForText(page, 'round');
  const other = await page.browserContext().newPage();
  await other.bringToFront();
  // Longer than all rounds of this protocol take in front.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(await allText(page)).not.toContain('Verified');
  await page.bringToFront();
  expect(await verdict(page)).toContain('Verified');
  await waitForText(page, 'The tab was hidden meanwhile');
  await other.close();
});
