import type { Page } from 'puppeteer';
import { waitForText } from './page-driver.ts';
import { linkTo, type RealPage } from './real-page.ts';

/** A product that SwiftShader is soon done with. */
export const TINY = { m: 2, n: 64, k: 64, weights: 'random', kernel: 'naive' };

/** Unfolds one of the page's further measurements. */
export const unfold = (page: Page, element: string): Promise<void> =>
  page.locator(`>>> ${element} >>> summary`).click();

/** The page on a tiny product, with one of its further measurements unfolded. */
export async function openWith(
  open: RealPage['open'],
  element: string,
  change: Parameters<typeof linkTo>[0] = {},
): Promise<Page> {
  const page = await open(await linkTo({ ...TINY, ...change }));
  await waitForText(page, '(software)');
  await unfold(page, element);
  return page;
}

/** Chooses files of an element's field, by name and content, as a user does. */
export const giveFiles = (
  page: Page,
  element: string,
  files: Readonly<Record<string, string>>,
): Promise<void> =>
  page.$eval(
    `>>> ${element} >>> input[type=file]`,
    (input, contents) => {
      const given = new DataTransfer();
      for (const [name, text] of Object.entries(contents)) given.items.add(new File([text], name));
      input.files = given.files;
      input.dispatchEvent(new Event('change'));
    },
    files,
  );
