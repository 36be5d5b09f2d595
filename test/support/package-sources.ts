import type { Plugin } from 'esbuild'
import { join } from 'node:path'
import { root } from './workspace.ts'

/** Lets esbuild take our sources in the place of the published packages. */
export const packageSources: Plugin = {
  name: 'package-sources',
  setup(building) {
    building.onResolve({ filter: /^@portcullis\// }, ({ path }) => {
      const [, name = '', ...subpath] = path.split('/')
      return { path: join(root, 'packages', name, 'src', ...subpath, 'index.ts') }
    })
  },
}
