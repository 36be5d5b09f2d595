import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConsumer } from './support/consumer.ts'
import { packedWorkspace } from './support/packed-workspace.ts'
import { run, runToSuccess } from './support/run.ts'
import { publishedFolders, tool } from './support/workspace.ts'

jest.setTimeout(120_000)

/** Prints the names that a module exports; a warning on the way is on standard error. */
const PRINT_IMPORTED = `console.log(JSON.stringify(Object.keys(await import(process.argv[1])).sort()))`
const PRINT_REQUIRED = `console.log(JSON.stringify(Object.keys(require(process.argv[1])).sort()))`

const compilerOptions = {
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  types: ['node'],
}

/** Uses every exported name, and fails to compile where the types are missing or `any`. */
const use = (names: readonly string[], variable: string) => `
export const ${variable}IsTyped: 0 extends 1 & typeof ${variable} ? false : true = true
export const ${variable}Used: unknown[] = [${names.map((name) => `${variable}.${name}`).join(', ')}]
`

describe.each(publishedFolders)('packages/%s, installed from its tarball', (folder) => {
  const packed = () => packedWorkspace().packages.find((each) => each.folder === folder)!
  const specifiers = () =>
    Object.keys(packed().manifest.exports ?? {}).map((path) => packed().manifest.name + path.slice(1))
  let consumer: string
  beforeAll(async () => {
    consumer = await createConsumer(`modules-${folder}`, [packed()])
  })

  const namesOf = async (specifier: string, script: string, ...flags: string[]) => {
    const { code, stdout, stderr } = await run(
      process.execPath,
      [...flags, '-e', script, specifier],
      consumer,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout) as string[]
  }
  const imported = (specifier: string) => namesOf(specifier, PRINT_IMPORTED, '--input-type=module')
  const required = (specifier: string) => namesOf(specifier, PRINT_REQUIRED, '--input-type=commonjs')

  test('is imported and required by plain Node, in silence and with the same names', async () => {
    for (const specifier of specifiers()) {
      const names = await imported(specifier)
      expect(names.length).toBeGreaterThan(0)
      expect(await required(specifier)).toEqual(names)
    }
  })

  test('keeps what it does not export to itself', async () => {
    const inside = `${packed().manifest.name}/dist/index.js`
    const { code, stderr } = await run(process.execPath, ['-e', PRINT_REQUIRED, inside], consumer)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('ERR_PACKAGE_PATH_NOT_EXPORTED'),
    })
  })

  describe('has types', () => {
    beforeAll(async () => {
      const modules = await Promise.all(
        specifiers().map(async (specifier, index) => ({
          specifier,
          variable: `module${index}`,
          names: await imported(specifier),
        })),
      )
      const asEsm = modules.map((each) => `import * as ${each.variable} from '${each.specifier}'`)
      const asCommonJs = modules.map((each) => `import ${each.variable} = require('${each.specifier}')`)
      const uses = modules.map((each) => use(each.names, each.variable)).join('')
      writeFileSync(join(consumer, 'esm.mts'), `${asEsm.join('\n')}\n${uses}`)
      writeFileSync(join(consumer, 'commonjs.cts'), `${asCommonJs.join('\n')}\n${uses}`)
    })

    test.each(['nodenext', 'node20'])('for ES modules and CommonJS under module %s', async (module) => {
      const config = { compilerOptions: { ...compilerOptions, module }, files: ['esm.mts', 'commonjs.cts'] }
      writeFileSync(join(consumer, `tsconfig.${module}.json`), JSON.stringify(config))
      await runToSuccess(tool('tsc'), ['-p', `tsconfig.${module}.json`], consumer)
    })
  })
})
