import { join } from 'node:path'
import { runToSuccess } from './run.ts'
import { root } from './workspace.ts'

/** Makes the modules of packages as a release does: `scripts/bundle.mjs` says what it is given. */
export const bundlePackages = (parameters: readonly string[], workspace = root): Promise<string> =>
  runToSuccess(process.execPath, [join(root, 'scripts', 'bundle.mjs'), ...parameters], workspace)
