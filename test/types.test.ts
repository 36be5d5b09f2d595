import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConsumer } from './support/consumer.ts'
import { exportedNames } from './support/exported-names.ts'
import { packedWorkspace, specifiersOf } from './support/packed-workspace.ts'
import { runToSuccess } from './support/run.ts'
import { tool } from './support/workspace.ts'

jest.setTimeout(120_000)

/** Types that a library check would find broken are found: `skipLibCheck` stays off. */
const compilerOptions = {
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  types: ['node'],
}

/** Uses every name that exists at run time, and does not compile where types are missing or `any`. */
const usesOf = (names: readonly string[]) => `
export const typed: 0 extends 1 & typeof all ? false : true = true
export const used: unknown[] = [${names.map((name) => `all.${name}`).join(', ')}]
`

const files: string[] = []
let consumer: string
beforeAll(async () => {
  const { packages } = packedWorkspace()
  consumer = await createConsumer('types', packages)
  for (const [index, specifier] of packages.flatMap(specifiersOf).entries()) {
    const uses = usesOf(await exportedNames(specifier, 'import', consumer))
    writeFileSync(join(consumer, `${index}.mts`), `import * as all from '${specifier}'\n${uses}`)
    writeFileSync(join(consumer, `${index}.cts`), `import all = require('${specifier}')\n${uses}`)
    files.push(`${index}.mts`, `${index}.cts`)
  }
})

test.each(['nodenext', 'node20'])(
  'every package has types for ES modules and CommonJS under module %s',
  async (module) => {
    const config = join(consumer, `tsconfig.${module}.json`)
    writeFileSync(config, JSON.stringify({ compilerOptions: { ...compilerOptions, module }, files }))
    await runToSuccess(tool('tsc'), ['-p', config], consumer)
  },
)
