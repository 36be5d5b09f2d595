import { join } from 'node:path'
import { stageExample } from '../../../test/support/stage-example.js'

/** The programs of this example, for node to run. */
export const stage = (name: string): Promise<string> =>
  stageExample(join(__dirname, '..'), name, ['client', 'core', 'express', 'issuer', 'koa', 'nest', 'redis'])
