import { describe, expect, test } from 'vitest';
import { backportsSource } from '../../bench/env/apt-sources.mjs';
import { findChrome } from '../../bench/env/chrome.mjs';
import { judge } from '../../bench/env/vitest.mjs';

const DEB822 = `Types: deb
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;

describe('the source of the backports', () => {
  test('is derived from a source in the deb822 form', () => {
    const files = [{ path: '/etc/apt/sources.list.d/debian.sources', text: DEB822 }];
    expect(backportsSource(files, 'bookworm')).toEqual({
      path: '/etc/apt/sources.list.d/bookworm-backports.sources',
      text: `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`,
    });
  });

  test('is derived from a source of one line, whatever other sources there are', () => {
    const text = `# deb http://mirror.example/commented bookworm main
deb https://other.example/repository stable main
deb http://mirror.example/security bookworm-security main
deb [arch=amd64 signed-by=/a.gpg] http://mirror.example/debian bookworm main contrib
`;
    expect(backportsSource([{ path: '/etc/apt/sources.list', text }], 'bookworm')).toEqual({
      path: '/etc/apt/sources.list.d/bookworm-backports.list',
      text: 'deb [arch=amd64 signed-by=/a.gpg] http://mirror.example/debian bookworm-backports main contrib\n',
    });
  });

  test('is not added twice', () => {
    const files = [
      { path: '/etc/apt/sources.list', text: 'deb http://a.example/debian bookworm main\n' },
      { path: '/b.sources', text: 'Types: deb\nURIs: http://a.example/debian\nSuites: bookworm-backports\n' },
    ];
    expect(backportsSource(files, 'bookworm')).toBe('present');
  });

  test('is not guessed where no source names the release', () => {
    const files = [{ path: '/etc/apt/sources.list', text: 'deb http://a.example/debian trixie main\n' }];
    expect(backportsSource(files, 'bookworm')).toBeUndefined();
  });
});

describe('the count of tests', () => {
  const passed = { status: 'passed', fullName: 'works' };
  const report = (
    ...assertionResults: { status: string; fullName: string; failureMessages?: string[] }[]
  ) => ({
    numTotalTests: assertionResults.length,
    numPassedTests: assertionResults.filter(({ status }) => status === 'passed').length,
    testResults: [{ status: 'passed', name: '/a.test.ts', assertionResults }],
  });

  test('is that of the passed where all passed', () => {
    expect(judge(report(passed, passed), 0, '')).toMatchObject({ passed: 2, failed: 0 });
  });

  test('has a skipped test as failed', () => {
    const skipped = { status: 'skipped', fullName: 'waits' };
    expect(judge(report(passed, skipped), 0, '')).toMatchObject({ passed: 1, failed: 1 });
  });

  test('names what failed and why', () => {
    const failed = { status: 'failed', fullName: 'adds', failureMessages: ['expected 3 to be 4'] };
    const count = judge(report(passed, failed), 1, '');
    expect(count).toMatchObject({ passed: 1, failed: 1 });
    expect(count.output).toMatch(/adds\n {2}expected 3 to be 4/);
  });

  test('has a project without tests as failed', () => {
    expect(judge({ numTotalTests: 0, numPassedTests: 0, testResults: [] }, 0, '').failed).toBe(1);
    expect(judge(undefined, 1, 'crashed').failed).toBe(1);
  });

  test('has a file that did not load as failed', () => {
    const broken = { status: 'failed', name: '/b.test.ts', message: 'no such module', assertionResults: [] };
    const whole = report(passed);
    const count = judge({ ...whole, testResults: [...whole.testResults, broken] }, 1, '');
    expect(count).toMatchObject({ passed: 1, failed: 1 });
  });

  test('has an error outside every test as failed', () => {
    expect(judge(report(passed), 1, 'Unhandled rejection')).toEqual({
      passed: 1,
      failed: 1,
      output: 'Unhandled rejection',
    });
  });
});

describe('the search for a browser', () => {
  test('takes the path that the user names and no other', () => {
    expect(findChrome(process.execPath)).toBe(process.execPath);
    expect(findChrome('/no/such/chrome')).toBeUndefined();
  });
});
