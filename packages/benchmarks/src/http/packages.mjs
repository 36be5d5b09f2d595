import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * The folders of packages and of everything that they depend on.
 *
 * @param {readonly string[]} names
 * @returns {Set<string>} file URLs that end with a slash
 */
export function foldersOf(names, from = here, found = new Set()) {
  for (const name of names) {
    const folder = installed(name, from)
    // An optional dependency may be missing, and types are never loaded.
    if (folder === undefined || found.has(folder)) continue
    found.add(folder)
    const path = fileURLToPath(folder)
    const { dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    foldersOf(Object.keys(dependencies), path, found)
  }
  return found
}

/** As Node looks for it: in the next node_modules, or in one further up. */
function installed(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return `${pathToFileURL(realpathSync(candidate))}/`
    if (folder === dirname(folder)) return undefined
  }
}

const ofFramework = new Map()

/**
 * Whether code belongs to a package of `own` that is none of `notOwn`: what a framework brings along anyway is not its
 * library's.
 *
 * @returns {(url: string) => boolean}
 */
export function belongsTo(own, notOwn) {
  const others = ofFramework.get(notOwn) ?? foldersOf(notOwn)
  ofFramework.set(notOwn, others)
  const folders = [...foldersOf(own)].filter((folder) => !others.has(folder))
  return (url) => {
    const folder = folders.find((candidate) => url.startsWith(candidate))
    return folder !== undefined && !url.startsWith('node_modules/', folder.length)
  }
}
