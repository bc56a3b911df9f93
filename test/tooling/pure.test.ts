import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PlantedTree, ROOT } from './planted-tree.ts';

const copied = (path: string): Record<string, string> => ({ [path]: readFileSync(join(ROOT, path), 'utf8') });

const tree = new PlantedTree({
  ...copied('tsconfig.json'),
  ...copied('test/tooling/tsconfig.pure.json'),
  ...copied('test/tooling/pure.d.ts'),
  'shaders/a.wgsl': '',
  'src/kernels/gpu.ts': 'export type Device = GPUDevice;',
  'src/formats/dom.ts': 'export const title = (): unknown => document.title;',
  'src/io/node.ts': 'export const bytes = (): unknown => Buffer.alloc(1);',
  'src/reference/console.ts': 'export const log = (): unknown => console;',
  'src/base/timer.ts': 'export const now = (): unknown => performance.now();',
  'src/layouts/url.ts': "export const url = (): unknown => new URL('a:b');",
  'src/measure/gpu.ts': 'export type Queue = GPUQueue;',
  'src/tune/node.ts': 'export const folder = (): unknown => process.cwd();',
  'src/ui/dom.ts': 'export const title = (): unknown => document.title;',
  'src/io/granted.ts': `
    import wgsl from '../../shaders/a.wgsl?raw';
    export const granted = (signal: AbortSignal): unknown => [
      setTimeout(() => undefined, 1),
      wgsl.length,
      new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode('a')),
      signal.aborted,
      new CompressionStream('deflate-raw').writable.getWriter(),
      new DecompressionStream('deflate-raw').readable.getReader(),
    ];`,
});
let output = '';

beforeAll(() => {
  output = tree.run('typescript/bin/tsc', '-p', 'test/tooling/tsconfig.pure.json', '--pretty', 'false');
});

afterAll(() => {
  tree.remove();
});

test.each([
  ['src/kernels/gpu.ts', 'GPUDevice'],
  ['src/formats/dom.ts', 'document'],
  ['src/io/node.ts', 'Buffer'],
  ['src/reference/console.ts', 'console'],
  ['src/base/timer.ts', 'performance'],
  ['src/layouts/url.ts', 'URL'],
  ['src/measure/gpu.ts', 'GPUQueue'],
  ['src/tune/node.ts', 'process'],
])('%s may not know of %s', (path, name) => {
  expect(output).toMatch(new RegExp(`^${path}\\(.*Cannot find name '${name}'`, 'm'));
});

test('text, signals, timers and compression streams are granted, and folders above the core are not looked at', () => {
  expect(output).not.toMatch(/granted|src\/ui/);
});
