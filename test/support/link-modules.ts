import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './workspace.ts'

const ours = '@portcullis'

/** Links one installed package, found where npm would find it for the package of ours in `packages/<folder>`. */
export function linkModule(name: string, folder: string, target: string): void {
  const nested = join(root, 'packages', folder, 'node_modules', name)
  const installed = existsSync(nested) ? nested : join(root, 'node_modules', name)
  const link = join(target, 'node_modules', name)
  if (!existsSync(installed) || existsSync(link)) return
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(installed, link)
}

/** Gives a copy of the workspace the installed dependencies of the workspace, but its own packages. */
export function linkModules(copy: string): void {
  linkEntries(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const folder of readdirSync(join(copy, 'packages'))) {
    const nested = join(root, 'packages', folder, 'node_modules')
    if (existsSync(nested)) linkEntries(nested, join(copy, 'packages', folder, 'node_modules'))
    const link = join(copy, 'node_modules', ours, folder)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(copy, 'packages', folder), link)
  }
}

function linkEntries(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from)) {
    if (!entry.startsWith('.') && entry !== ours) symlinkSync(join(from, entry), join(to, entry))
  }
}
