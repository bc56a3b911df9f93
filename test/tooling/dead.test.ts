import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PlantedTree, ROOT } from './planted-tree.ts';

const tree = new PlantedTree({
  'package.json': '{ "name": "tree", "type": "module" }',
  'src/main.ts': "import { used } from './used.ts'; console.log(used);",
  'src/used.ts': `export const used = 1; export const tested = 2;
/** @awaited by somebody. */
export const later = 3;`,
  'src/tests-only.ts': 'export const more = 1;',
  'test/used.test.ts':
    "import { later, tested } from '../src/used.ts'; import { more } from '../src/tests-only.ts'; console.log(tested + later + more);",
});

afterAll(() => {
  tree.remove();
});

test('what only tests import is dead code of the product', () => {
  const output = tree.run('knip/bin/knip.js', '--config', join(ROOT, 'test/tooling/knip.product.js'));
  expect(output).toMatch(/Unused files \(1\)\nsrc\/tests-only\.ts/);
  expect(output).toMatch(/Unused exports \(1\)\ntested +src\/used\.ts/);
});

test('files that are awaited are there', () => {
  const awaited = createRequire(import.meta.url)('./awaited.cjs') as Readonly<Record<string, string>>;
  expect(Object.keys(awaited).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
