const awaited = require('./awaited.cjs');

// Who may import whom. Each row: a folder of src, and the folders it may import besides itself.
const BELOW_LAB = ['base', 'formats', 'layouts', 'reference', 'kernels', 'io', 'device', 'measure', 'tune'];
const LAYERS = {
  base: [],
  formats: ['base'],
  layouts: ['base', 'formats'],
  reference: ['base', 'formats'],
  kernels: ['base', 'formats', 'layouts', 'shaders'],
  io: ['base', 'formats', 'layouts', 'kernels'],
  device: ['base', 'kernels'],
  measure: ['base', 'kernels', 'io', 'device', 'reference'],
  tune: ['base', 'kernels', 'io', 'measure'],
  lab: BELOW_LAB,
  workers: [...BELOW_LAB, 'lab'],
  ui: ['base', 'formats', 'layouts', 'kernels', 'io', 'measure', 'tune', 'lab'],
};

const folder = (name) => (name === 'shaders' ? '^shaders/' : `^src/${name}/`);

/** Where page, workers and command line begin. */
const ENTRIES = [
  '^src/(main|headless-main)[.]ts$',
  '^src/workers/.+-worker[.]ts$',
  '^bench/(run[.]ts|[^/]+[.]mjs)$',
  '^bench/peers/peers-main[.]ts$',
];

module.exports = {
  forbidden: [
    ...Object.entries(LAYERS).map(([layer, allowed]) => ({
      name: `layer-${layer}`,
      severity: 'error',
      from: { path: folder(layer) },
      to: { path: '^(src|shaders)/', pathNot: [layer, ...allowed].map(folder) },
    })),
    {
      name: 'src-stands-alone',
      comment: 'The product never imports its command line or its tests.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(bench|test)/' },
    },
    {
      name: 'every-folder-has-a-row',
      comment: 'A new folder of src needs a row in the table above.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: Object.keys(LAYERS).map(folder) },
      to: {},
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '[.]d[.]ts$' },
      to: {},
    },
    {
      name: 'reached-by-the-product',
      comment: 'What only tests import is part of them, or of nothing.',
      severity: 'error',
      from: { path: ENTRIES },
      to: {
        path: '^src/.*[.]ts$',
        pathNot: ['[.]d[.]ts$', ...ENTRIES, ...Object.keys(awaited).map((path) => `^${path}$`)],
        reachable: false,
      },
    },
    {
      name: 'lit-only-in-ui',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(ui/|main[.]ts$)' },
      to: { path: '(^|/)node_modules/(lit|@lit|lit-html|lit-element)/' },
    },
    {
      name: 'comlink-only-in-workers',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/workers/' },
      to: { path: '(^|/)node_modules/comlink/' },
    },
    {
      name: 'wgsl-only-in-wgsl-ts',
      severity: 'error',
      from: { path: '^(src|bench)/', pathNot: '^src/kernels/wgsl[.]ts$' },
      to: { path: '^shaders/' },
    },
    {
      name: 'everything-resolves',
      comment:
        'An import that cannot be followed cannot be judged; the address of a file of a package is none.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\.wasm\\?url$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true, // type-only imports count
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.wgsl'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'default', 'types'],
    },
  },
};
