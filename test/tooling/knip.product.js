import awaited from './awaited.cjs';
import packages from '../../package.json' with { type: 'json' };

const { entry } = packages.knip;

/** Dead code of the product: what src and bench reach by themselves, tests and their tools left out. */
export default {
  entry: [...entry.filter((path) => !path.startsWith('test/')), ...Object.keys(awaited)],
  project: ['src/**/*.ts', 'bench/**/*.{ts,mjs}'],
  include: ['files', 'exports', 'types', 'enumMembers', 'duplicates'],
  ignoreExportsUsedInFile: true,
  tags: ['-awaited'],
  // Their plugins would take tests and the pages of tests for entries.
  vite: false,
  vitest: false,
};
