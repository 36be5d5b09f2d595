/** @jest-config-loader esbuild-register */
import type { Config } from 'jest'

// Dependencies published only as ES modules: they are compiled to CommonJS for the tests.
const esModules = ['jose', '@nestjs', 'httpxy', 'oidc-provider', 'oauth4webapi', 'openid-client'].join('|')

const project = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['<rootDir>/test/support/stop-timers.ts'],
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
} satisfies Config

// The same tests of what plugs into Nest, on the older majors that packages/compatibility installs.
const olderNest = [10, 11].map((major) => ({
  ...project,
  displayName: `nest ${major}`,
  globals: { nestMajor: major },
  testMatch: [
    '<rootDir>/packages/nest/test/**/*.test.ts',
    '<rootDir>/packages/sync/test/adapters.test.ts',
    '<rootDir>/packages/files/test/frameworks.test.ts',
  ],
  moduleNameMapper: {
    '^@nestjs/([a-z-]+)$': `<rootDir>/packages/compatibility/nest-${major}/node_modules/@nestjs/$1`,
    ...project.moduleNameMapper,
  },
}))

const config: Config = {
  projects: [
    {
      ...project,
      testMatch: ['<rootDir>/packages/*/test/**/*.test.ts', '<rootDir>/examples/*/test/**/*.test.ts'],
    },
    ...olderNest,
    {
      ...project,
      displayName: 'repository',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
  // Many tests wait for servers and processes of their own: a processor that waits is there for the next.
  maxWorkers: '100%',
  // A test that waits for real servers takes its time on a machine that does other work as well.
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/scripts/left-out-reporter.js', '<rootDir>/scripts/counts-reporter.js'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/*/src/**/*.ts'],
}

export default config
