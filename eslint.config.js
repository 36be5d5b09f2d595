import eslint from '@eslint/js'
import tseslint from 'typescript-eslint'
import { importDirections } from './scripts/import-directions.js'

/** Which packages of ours a package may import; nothing but tests may import `testing`. */
const directions = {
  client: ['core'],
  core: [],
  express: ['core'],
  files: ['core', 'issuer'],
  issuer: ['core'],
  koa: ['core'],
  nest: ['core'],
  redis: ['core', 'issuer', 'session'],
  session: ['core', 'issuer'],
  sync: ['core', 'issuer'],
  testing: [],
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/coverage/**', '**/.tmp/**'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: 'tsconfig.test.json' } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Nest's modules are classes that a decorator speaks for.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      'no-restricted-properties': [
        'error',
        {
          object: 'URL',
          property: 'canParse',
          message: 'Use parseUrl: Node 20 answers wrongly for letters such as ü.',
        },
      ],
      // The catalogue of attacks puts control characters where none belong.
      'no-control-regex': 'off',
    },
  },
  {
    files: ['**/test/**/*.ts', 'jest.config.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  ...importDirections(directions),
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
      },
    },
  },
)
