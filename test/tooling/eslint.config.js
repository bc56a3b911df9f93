import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import { configs as lit } from 'eslint-plugin-lit';
import { configs as wc } from 'eslint-plugin-wc';
import ts from 'typescript-eslint';
import process from 'node:process';
import { exportedDocs } from './exported-docs.js';

export default defineConfig([
  { ignores: ['dist/**', 'coverage/**', 'public/**', '**/*.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: process.cwd() } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'off', // element reads in numeric loops
    },
  },
  {
    plugins: { subbyte: { rules: { 'exported-docs': exportedDocs } } },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name every export.' },
      ],
      'subbyte/exported-docs': 'error',
    },
  },
  { files: ['**/*.mjs'], rules: { 'no-undef': 'off' } }, // the type check knows every name
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: { module: 'readonly' } } },
  {
    files: ['src/**', 'bench/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '(?<!/make)-worker[.]ts$',
              message: 'A worker is another program: take its address with ?worker&url.',
            },
          ],
        },
      ],
    },
  },
  { files: ['src/ui/**'], extends: [lit['flat/recommended'], wc['flat/recommended']] },
  { files: ['src/main.ts', 'bench/**'], rules: { 'no-console': 'off' } },
  // Tools want a default export.
  {
    files: ['vite.config.ts', 'test/tooling/eslint.config.js', 'test/tooling/knip.product.js'],
    rules: { 'no-restricted-syntax': 'off' },
  },
]);
