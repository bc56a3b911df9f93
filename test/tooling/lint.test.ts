import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PlantedTree, ROOT } from './planted-tree.ts';

const doc = '/** Documented. */\n';
const branches = Array.from({ length: 12 }, (_, i) => `if (x === ${i}) return ${i};`).join(' ');

/** A rule, and a file that breaks it and nothing else. */
const PLANTED: Readonly<Record<string, { readonly path: string; readonly text: string }>> = {
  '@typescript-eslint/no-floating-promises': {
    path: 'src/base/floating.ts',
    text: `${doc}export function start(work: () => Promise<void>): void { work(); }`,
  },
  '@typescript-eslint/switch-exhaustiveness-check': {
    path: 'src/base/exhaustive.ts',
    text: `${doc}export function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; } return 2; }`,
  },
  '@typescript-eslint/no-explicit-any': {
    path: 'src/base/any.ts',
    text: `${doc}export function f(x: any): boolean { return x === 1; }`,
  },
  complexity: {
    path: 'src/base/complex.ts',
    text: `${doc}export function f(x: number): number { ${branches} return 99; }`,
  },
  'max-lines': { path: 'src/base/long.ts', text: `${doc}export const a = 1;\n${'export {};\n'.repeat(300)}` },
  'no-console': { path: 'src/base/console.ts', text: "console.log('loaded');" },
  'no-restricted-syntax': { path: 'src/base/default.ts', text: 'export default 1;' },
  'no-restricted-imports': { path: 'src/ui/worker.ts', text: "import '../workers/engine-worker.ts';" },
  'subbyte/exported-docs': { path: 'src/base/undocumented.ts', text: 'export const a = 1;' },
  'lit/no-legacy-template-syntax': {
    path: 'src/ui/legacy.ts',
    text: `${doc}export const f = (html: (t: TemplateStringsArray, x: unknown) => string): string => html\`<p on-click=\${1}></p>\`;`,
  },
};

/** What no rule may object to. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/main.ts': "console.warn('no WebGPU');",
  'src/ui/address.ts': "import '../workers/engine-worker.ts?worker&url'; import '../workers/make-worker.ts';",
  'src/base/overloads.ts': `${doc}export function f(x: 1): 1;\nexport function f(x: 2): 2;\nexport function f(x: 1 | 2): 1 | 2 { return x; }`,
  'src/base/read.ts': `${doc}export const first = (x: Float32Array): number => x[0]!;`,
};

interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const tree = new PlantedTree({
  'tsconfig.json': JSON.stringify({
    compilerOptions: { target: 'ES2023', strict: true, noUncheckedIndexedAccess: true, types: [] },
  }),
  ...Object.fromEntries(Object.values(PLANTED).map(({ path, text }) => [path, text])),
  ...ALLOWED,
});
const found = new Map<string, readonly (string | null)[]>();

beforeAll(() => {
  const config = join(ROOT, 'test/tooling/eslint.config.js');
  const report = JSON.parse(
    tree.run('eslint/bin/eslint.js', '--config', config, '--format', 'json', 'src'),
  ) as readonly FileReport[];
  for (const { filePath, messages } of report) {
    const rules = messages.map(({ ruleId, message }) => ruleId ?? message);
    found.set(filePath.slice(filePath.lastIndexOf('/src/') + 1), [...new Set(rules)]);
  }
});

afterAll(() => {
  tree.remove();
});

test.each(Object.entries(PLANTED))('%s fires on a planted violation, alone', (rule, { path }) => {
  expect(found.get(path)).toEqual([rule]);
});

test.each(Object.keys(ALLOWED))('%s is let through', (path) => {
  expect(found.get(path)).toEqual([]);
});
