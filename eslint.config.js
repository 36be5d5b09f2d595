import eslint from '@eslint/js'
import tseslint from 'typescript-eslint'

/** Which packages of ours a package may import; nothing but tests may import `testing`. */
const directions = {
  core: [],
  express: ['core'],
  koa: ['core'],
  nest: ['core'],
  testing: [],
}

const importDirections = Object.entries(directions).map(([name, allowed]) => ({
  files: [`packages/${name}/src/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^@portcullis/(?!(?:${[...allowed, '-'].join('|')})(?:/|$))`,
            message: `packages/${name} may import ${allowed.join(', ') || 'no other package of ours'}.`,
          },
          {
            regex: `^(?:\\.\\./)+(?:${Object.keys(directions).join('|')})/`,
            message: 'Import another package by its name, not by its path.',
          },
        ],
      },
    ],
  },
}))

export default tseslint.config(
  { ignores: ['**/dist/**', '**/coverage/**', '**/.tmp/**'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['jest.config.ts'] } } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
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
  ...importDirections,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
)
