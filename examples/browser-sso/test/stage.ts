import { existsSync } from 'node:fs'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { stageExample } from '../../../test/support/stage-example.js'

const root = join(__dirname, '../../..')

/** The programs of this example, for node to run. */
export async function stage(name: string): Promise<string> {
  const folder = await stageExample(join(__dirname, '..'), name, [
    'core',
    'express',
    'issuer',
    'koa',
    'nest',
    'session',
  ])
  // Express needs another major of it, and npm puts ours beside the package that needs it.
  const own = join(root, 'packages/session/node_modules/cookie')
  if (existsSync(own)) {
    const modules = join(folder, 'node_modules/@portcullis/session/node_modules')
    await mkdir(modules, { recursive: true })
    await rm(join(modules, 'cookie'), { force: true })
    await symlink(own, join(modules, 'cookie'))
  }
  return folder
}
