import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PlantedTree, ROOT } from './planted-tree.ts';

const tree = new PlantedTree({
  'package.json': '{ "name": "tree", "type": "module" }',
  'src/main.ts': "import { used } from './used.ts'; console.log(used);",
  'src/used.ts': 'export const used = 1; export const tested = 2;',
  'src/tests-only.ts': 'export const more = 1;',
  'test/used.test.ts':
    "import { tested } from '../src/used.ts'; import { more } from '../src/tests-only.ts'; console.log(tested + more);",
});

afterAll(() => {
  tree.remove();
});

test('what only tests import is dead code of the product', () => {
  const output = tree.run('knip/bin/knip.js', '--config', join(ROOT, 'test/tooling/knip.product.js'));
  expect(output).toMatch(/Unused files \(1\)\nsrc\/tests-only\.ts/);
  expect(output).toMatch(/Unused exports \(1\)\ntested +src\/used\.ts/);
});
