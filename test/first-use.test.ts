import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConsumer } from './support/consumer.ts'
import { packedWorkspace } from './support/packed-workspace.ts'
import { run } from './support/run.ts'

jest.setTimeout(120_000)

const PRINT = 'verifyAToken(core).then((subject) => console.log(subject))'
const PROGRAMS = {
  module: `import * as core from '@portcullis/core'
    import verifyAToken from './verify-a-token.cjs'
    ${PRINT}`,
  commonjs: `const core = require('@portcullis/core')
    const verifyAToken = require('./verify-a-token.cjs')
    ${PRINT}`,
}

test.each(Object.entries(PROGRAMS))(
  'a service of type %s verifies a token with the keys of its issuer',
  async (type, program) => {
    const core = packedWorkspace().packages.find(({ folder }) => folder === 'core')!
    const consumer = await createConsumer(`first-use-${type}`, [core])
    copyFileSync(join(__dirname, 'consumers', 'verify-a-token.cjs'), join(consumer, 'verify-a-token.cjs'))
    const finished = await run(process.execPath, [`--input-type=${type}`, '-e', program], consumer)
    expect(finished).toEqual({ code: 0, stdout: 'alice\n', stderr: '' })
  },
)
