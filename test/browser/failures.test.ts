import type { Page } from 'puppeteer';
import { describe, expect, test } from 'vitest';
import { launchChrome } from './support/chrome.ts';
import {
  choose,
  expectPresentable,
  fill,
  openExpert,
  press,
  settled,
  valueOf,
  verdict,
  waitForElement,
  waitForText,
  openTab,
} from './support/page-driver.ts';
import { linkTo, useRealPage } from './support/real-page.ts';

const { open, url } = useRealPage('own');

/** A kernel that the adapter in Chrome, which compiles slowly, has soon compiled. */
const kernel = 'naive';

describe('a configuration that cannot run', () => {
  test('names the constraint as it is chosen, still says so when measured, and loses nothing', async () => {
    const page = await open(await linkTo({ m: 3, kernel }));
    await waitForText(page, '(software)');
    await openExpert(page);
    await choose(page, 'WX', '64');
    await choose(page, 'WY', '8');
    await waitForText(page, 'This cannot run: WX · WY is 512');
    await waitForText(page, 'maxComputeInvocationsPerWorkgroup');
    await press(page, 'Measure');
    expect(await verdict(page)).toBe('This configuration cannot run');
    await expectPresentable(page);
    expect(await valueOf(page, 'Tokens')).toBe('3');
    expect(await valueOf(page, 'WY')).toBe('8');
    await press(page, 'Use the default parameters');
    await settled(page);
    await press(page, 'Measure');
    await waitForText(page, 'All 4,608 outputs');
  });

  test('by what was typed says what is wrong and keeps it', async () => {
    const page = await open(await linkTo({ m: 3, kernel }));
    await fill(page, 'Tokens', 'a few');
    await waitForText(page, 'The number of tokens (M) is “a few”');
    await expectPresentable(page);
    await choose(page, 'Group size', '64');
    expect(await valueOf(page, 'Tokens')).toBe('a few');
    await fill(page, 'Tokens', '5');
    await press(page, 'Measure');
    await waitForText(page, 'All 7,680 outputs');
  });

  test('because its WGSL does not compile shows where', async () => {
    const page = await open(await linkTo({ kernel, wgsl: 'fn main() { nonsense; }' }));
    await waitForText(page, 'Your own WGSL (1 line)');
    await press(page, 'Measure');
    expect(await verdict(page)).toBe('The run failed');
    await waitForText(page, 'custom.wgsl:1:21');
    await expectPresentable(page);
    await press(page, 'Run the kernel’s own instead');
    await press(page, 'Measure');
    await waitForText(page, 'All 1,536 outputs');
  });
});

describe('a kernel that is wrong', () => {
  test('is not timed, and the page says where it is wrong', async () => {
    const first = await open(await linkTo({ kernel }));
    await press(first, 'Measure');
    await verdict(first);
    await first.locator('>>> sb-wgsl >>> summary').click();
    await waitForElement(first, '>>> sb-wgsl >>> pre');
    const wgsl = await first.$eval('>>> sb-wgsl >>> pre', (element) => element.textContent);
    const page = await open(
      await linkTo({ kernel, wgsl: wgsl.replace(/const ZERO = [^;]*;/, 'const ZERO = 7f;') }),
    );
    await waitForText(page, '(software)');
    await press(page, 'Measure');
    expect(await verdict(page)).toBe('Wrong result');
    await waitForText(page, 'is right.');
    await waitForText(page, 'It has no time');
    await expectPresentable(page);
  });
});

describe('the kernel edited in the page', () => {
  test('runs, is caught where it is wrong, keeps its text where it does not compile, and can be set aside', async () => {
    const page = await open(await linkTo({ kernel }));
    await press(page, 'Measure');
    await verdict(page);
    await page.locator('>>> sb-wgsl >>> summary').click();
    await press(page, 'Edit');
    const text = await page.$eval('>>> sb-wgsl >>> textarea', (element) => element.value);
    expect(text).toContain('@compute');
    const run = async (wgsl: string, said: string): Promise<void> => {
      await page.locator('>>> sb-wgsl >>> textarea').fill(wgsl);
      await press(page, 'Run this text');
      await waitForText(page, said);
    };
    await run(text.replace(/const ZERO = [^;]*;/, 'const ZERO = 7f;'), 'Wrong result');
    await run(`${text}\nnonsense`, 'custom.wgsl:');
    expect(await page.$eval('>>> sb-wgsl >>> textarea', (element) => element.value)).toContain('nonsense');
    await run(`// mine\n${text}`, 'All 1,536 outputs');
    await waitForText(page, 'the text is yours');
    await expectPresentable(page);
    await press(page, 'Run the kernel’s own instead');
    await press(page, 'Measure');
    await waitForText(page, 'Joined from');
  });
});

describe('a lost device', () => {
  /** Waits for the run to reach its measuring, then destroys the device under it. */
  async function loseDevice(page: Page): Promise<void> {
    await waitForText(page, 'Measuring');
    await page.$eval('sb-app', async (app) => {
      await (app.lab as unknown as { simulateDeviceLoss(): Promise<void> }).simulateDeviceLoss();
    });
  }

  test('is replaced once without a word from the user, and the result says so', async () => {
    const page = await open(await linkTo({ m: 2, kernel, protocol: 'standard' }));
    await waitForText(page, '(software)');
    await press(page, 'Measure');
    await loseDevice(page);
    await waitForText(page, 'All 3,072 outputs');
    await waitForText(page, 'The GPU was lost once');
  });

  test('for the second time is told, costs nothing that was typed, and another try recovers', async () => {
    const page = await open(await linkTo({ m: 2, protocol: 'strict' }));
    await waitForText(page, '(software)');
    await press(page, 'Measure');
    await loseDevice(page);
    await waitForText(page, 'Compiling');
    await loseDevice(page);
    expect(await verdict(page)).toBe('The run failed');
    await waitForText(page, 'lost');
    await expectPresentable(page);
    expect(await valueOf(page, 'Tokens')).toBe('2');
    await openExpert(page);
    await choose(page, 'Measuring protocol', 'quick');
    await press(page, 'Try again');
    await waitForText(page, 'All 3,072 outputs');
  });
});

describe('a browser without an adapter', () => {
  test('is told what to do, and the card stays', async () => {
    const bare = await launchChrome(false);
    try {
      const { page } = await openTab(bare, url());
      await waitForText(page, 'No GPU adapter was found');
      await waitForText(page, '--enable-unsafe-webgpu --enable-features=Vulkan');
      await expectPresentable(page);
      await press(page, 'Try again');
      await waitForText(page, 'No GPU adapter was found');
      expect(await valueOf(page, 'Tokens')).toBe('1');
    } finally {
      await bare.close();
    }
  });
});
