import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** A page that is isolated from other origins gets finer clocks from the browser. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The playground and the headless page; the address bar and a file on disk both work, hence the relative base. */
const PAGE: ViteUserConfig = {
  root: path('src'),
  base: './',
  publicDir: path('public'),
  server: { headers: ISOLATION },
  preview: { headers: ISOLATION },
  worker: { format: 'iife' },
  build: {
    target: 'es2022',
    outDir: path('dist/page'),
    emptyOutDir: true,
    rolldownOptions: { input: { index: path('src/index.html'), headless: path('src/headless.html') } },
  },
};

/** Libraries that the command `peers` compares with; each is loaded when it runs, and only then. */
const PEERS = [
  'onnxruntime-web',
  '@jax-js/jax',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-webgpu',
];

/** The page of other libraries, their 27 MB of WebAssembly included (`vite build --mode peers`). */
const PEERS_PAGE: ViteUserConfig = {
  root: path('bench/peers'),
  base: './',
  publicDir: false,
  server: { headers: ISOLATION },
  preview: { headers: ISOLATION },
  // Minified, kernels would lose the names that libraries take from their classes.
  build: { target: 'es2022', minify: false, outDir: path('dist/peers'), emptyOutDir: true },
};

/** The command line and its reference worker for Node (`vite build --mode node`). */
const NODE_BUNDLE: ViteUserConfig = {
  root: path('.'),
  publicDir: false,
  ssr: { noExternal: true, external: ['webgpu', 'puppeteer', ...PEERS] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: path('dist/node'),
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        bench: path('bench/run.ts'),
        'reference-worker': path('src/workers/node/reference-node-worker.ts'),
      },
      // Flat, because `bench/env` finds the repository two folders above the file that it is bundled into.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
};

const MINUTE = 60_000;

/** Units that promise a time on all cores: they run when no other test does. */
const TIMED = ['test/workers/node-pool.test.ts'];
/** Tests of times on a device: what shares the machine would be in them. */
const TIMED_GPU = [
  'test/measure/*.gpu.test.ts',
  'test/device/sample.gpu.test.ts',
  'test/lab/{canary,comparison,memory,peaks,sample-time,timing-cheats}.gpu.test.ts',
];

/** Tests of kernels in Chrome, which a page of sources runs; the other tests in a browser are of the playground. */
const KERNELS_IN_CHROME = ['test/browser/{decode,faults,power-scale,precision}.test.ts'];

/** Tests that promise times of a page: they run before the others' Chrome is there. */
const TIMED_PAGES = ['test/browser/{run,large-product}.test.ts'];

/** What tests in a browser have in common: one file at a time, for a software adapter takes all cores, and some promise times. */
const IN_CHROME = {
  // Files share a Chrome.
  isolate: false,
  fileParallelism: false,
  maxConcurrency: 2,
  maxWorkers: 1,
  testTimeout: 2 * MINUTE,
  hookTimeout: MINUTE,
};

/** Kinds of tests: plain units, those that need a GPU device in Node, those that drive a browser. */
const TESTS: ViteUserConfig = {
  root: path('.'),
  publicDir: path('public'),
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.gpu.test.ts', 'test/browser/**', ...TIMED],
          // One less than there are cores is the default, which is one on the smallest machines.
          maxWorkers: '100%',
          // A worker's files share their modules; isolated, loading them takes as long again as the tests.
          isolate: false,
          unstubGlobals: true,
          testTimeout: MINUTE,
        },
      },
      {
        extends: true,
        test: {
          name: 'units-timed',
          sequence: { groupOrder: 1 },
          include: TIMED,
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: MINUTE,
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu',
          sequence: { groupOrder: 2 },
          include: ['test/**/*.gpu.test.ts'],
          exclude: TIMED_GPU,
          pool: 'forks',
          // A driver compiles on one core; more than two files at once would wait for each other's kernels.
          maxWorkers: 2,
          testTimeout: 3 * MINUTE,
          hookTimeout: MINUTE,
        },
      },
      {
        extends: true,
        test: {
          name: 'gpu-timed',
          sequence: { groupOrder: 3 },
          include: TIMED_GPU,
          pool: 'forks',
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 3 * MINUTE,
          hookTimeout: MINUTE,
        },
      },
      {
        extends: true,
        test: {
          name: 'chrome',
          sequence: { groupOrder: 4 },
          include: KERNELS_IN_CHROME,
          ...IN_CHROME,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser-timed',
          sequence: { groupOrder: 5 },
          include: TIMED_PAGES,
          ...IN_CHROME,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          sequence: { groupOrder: 6 },
          include: ['test/browser/**/*.test.ts'],
          exclude: [...KERNELS_IN_CHROME, ...TIMED_PAGES],
          ...IN_CHROME,
        },
      },
    ],
  },
};

const BY_MODE: Readonly<Record<string, ViteUserConfig>> = {
  node: NODE_BUNDLE,
  peers: PEERS_PAGE,
  test: TESTS,
};

export default defineConfig(({ mode }) => BY_MODE[mode] ?? PAGE);
