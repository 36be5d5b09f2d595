import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const NEWEST = 12

test.each(['common', 'core', 'microservices', 'platform-express', 'platform-fastify'])(
  '@nestjs/%s is of the major that this run is about',
  (name) => {
    const { nestMajor = NEWEST } = globalThis as { readonly nestMajor?: number }
    const manifest = join(dirname(require.resolve(`@nestjs/${name}`)), 'package.json')
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }
    expect(version).toMatch(new RegExp(`^${nestMajor}\\.`))
  },
)
