/** @jest-config-loader esbuild-register */
import type { Config } from 'jest'

// Dependencies published only as ES modules: they are compiled to CommonJS for the tests.
const esModules = ['jose', '@nestjs', 'oidc-provider', 'oauth4webapi'].join('|')

const config: Config = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/packages/*/test/**/*.test.ts', '<rootDir>/examples/*/test/**/*.test.ts'],
  moduleNameMapper: {
    '^@portcullis/([a-z]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^@portcullis/([a-z]+)/([a-z-]+)$': '<rootDir>/packages/$1/src/$2/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
    '/node_modules/.+\\.m?js$': ['@swc/jest', { jsc: { target: 'es2022' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esModules})/)`],
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/*/src/**/*.ts'],
}

export default config
