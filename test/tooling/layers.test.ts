import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlantedTree, ROOT } from './planted-tree.ts';

const CONFIG = join(ROOT, 'test/tooling/layers.cjs');

/** The import table as the architecture states it, written a second time so that a slip in the rules shows. */
const MAY_IMPORT: Readonly<Record<string, string>> = {
  base: '',
  formats: 'base',
  layouts: 'base formats',
  reference: 'base formats',
  kernels: 'base formats layouts',
  io: 'base formats layouts kernels',
  device: 'base kernels',
  measure: 'base kernels io device reference',
  tune: 'base kernels io measure',
  lab: 'base formats layouts reference kernels io device measure tune',
  workers: 'base formats layouts reference kernels io device measure tune lab',
  ui: 'base formats layouts kernels io measure tune lab',
};
const FOLDERS = Object.keys(MAY_IMPORT);
const isAllowed = (from: string, to: string): boolean =>
  from === to || MAY_IMPORT[from]!.split(' ').includes(to);

/** Every folder of src imports every other, and each other rule is broken by one file. */
const tree = new PlantedTree({
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'ESNext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      noEmit: true,
    },
  }),
  'shaders/a.wgsl': 'const A = 1;',
  ...Object.fromEntries(FOLDERS.map((folder) => [`src/${folder}/thing.ts`, 'export const thing = 1;'])),
  ...Object.fromEntries(
    FOLDERS.flatMap((from) =>
      FOLDERS.map((to) => [`src/${from}/imports-${to}.ts`, `export { thing } from '../${to}/thing.ts';`]),
    ),
  ),
  'src/kernels/wgsl.ts': "import wgsl from '../../shaders/a.wgsl?raw'; export const a = wgsl;",
  'src/kernels/other.ts': "import wgsl from '../../shaders/a.wgsl?raw'; export const b = wgsl;",
  'src/ui/shader.ts': "import wgsl from '../../shaders/a.wgsl?raw'; export const c = wgsl;",
  'src/base/left.ts': "import type { Right } from './right.ts'; export type Left = Right | 1;",
  'src/base/right.ts': "import type { Left } from './left.ts'; export type Right = Left | 2;",
  'src/base/alone.ts': 'export const alone = 1;',
  'src/base/tests-only.ts': "import { thing } from './thing.ts'; export const more = thing + 1;",
  'test/base/tests-only.test.ts':
    "import { more } from '../../src/base/tests-only.ts'; export const most = more;",
  'src/base/lost.ts': "export { x } from './nowhere.ts';",
  'src/utils/sum.ts': "export { thing } from '../base/thing.ts';",
  'src/lab/tested.ts': "export { helper } from '../../test/helper.ts';",
  'src/lab/told.ts': "export { command } from '../../bench/command.ts';",
  'test/helper.ts': 'export const helper = 1;',
  'bench/command.ts': 'export const command = 1;',
  'node_modules/lit/package.json': '{ "name": "lit", "version": "1.0.0", "main": "index.js" }',
  'node_modules/lit/index.js': 'export const html = 1;',
  'node_modules/comlink/package.json': '{ "name": "comlink", "version": "1.0.0", "main": "index.js" }',
  'node_modules/comlink/index.js': 'export const wrap = 1;',
  'package.json': '{ "name": "tree", "dependencies": { "lit": "1.0.0", "comlink": "1.0.0" } }',
  'src/main.ts': "export { html } from 'lit'; export { thing } from './base/thing.ts';",
  'src/ui/draws.ts': "export { html } from 'lit';",
  'src/measure/draws.ts': "export { html } from 'lit';",
  'src/workers/wraps.ts': "export { wrap } from 'comlink';",
  'src/ui/wraps.ts': "export { wrap } from 'comlink';",
});

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

const fired = new Map<string, string[]>();

beforeAll(() => {
  const cruise = 'dependency-cruiser/bin/dependency-cruise.mjs';
  const stdout = tree.run(cruise, '--config', CONFIG, '--output-type', 'json', 'src', 'bench', 'test');
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } };
  for (const { rule, from, to } of summary.violations) {
    fired.set(rule.name, [...(fired.get(rule.name) ?? []), from === to ? from : `${from} → ${to}`].sort());
  }
});

afterAll(() => {
  tree.remove();
});

describe('the import rules', () => {
  const { forbidden } = createRequire(import.meta.url)(CONFIG) as { forbidden: readonly { name: string }[] };

  test.each(forbidden.map(({ name }) => name))('%s fires on a planted violation', (name) => {
    expect(fired.get(name) ?? []).not.toEqual([]);
  });

  test.each(FOLDERS)('%s may import what its row says and nothing else', (from) => {
    const folderImports = (fired.get(`layer-${from}`) ?? []).filter((entry) => entry.includes('/imports-'));
    const denied = FOLDERS.filter((to) => !isAllowed(from, to));
    expect(folderImports).toEqual(
      denied.map((to) => `src/${from}/imports-${to}.ts → src/${to}/thing.ts`).sort(),
    );
  });

  test('a test that imports a module does not make it a part of the product', () => {
    const unreached = fired.get('reached-by-the-product') ?? [];
    expect(unreached).toContain('src/base/tests-only.ts');
    expect(unreached).not.toContain('src/base/thing.ts');
    expect(unreached).not.toContain('src/main.ts');
  });

  test.each([
    ['wgsl-only-in-wgsl-ts', ['src/kernels/other.ts → shaders/a.wgsl', 'src/ui/shader.ts → shaders/a.wgsl']],
    ['lit-only-in-ui', ['src/measure/draws.ts → node_modules/lit/index.js']],
    ['comlink-only-in-workers', ['src/ui/wraps.ts → node_modules/comlink/index.js']],
    ['no-orphan', ['src/base/alone.ts']],
    ['no-cycle', ['src/base/left.ts → src/base/right.ts']],
    ['src-stands-alone', ['src/lab/tested.ts → test/helper.ts', 'src/lab/told.ts → bench/command.ts']],
  ])('%s fires there alone', (name, where) => {
    expect(fired.get(name)).toEqual(where);
  });
});
