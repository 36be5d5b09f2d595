import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The package that an import names: `@scope/name` of `@scope/name/part`, `name` of `name/part`. */
const packageOf = (specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier

function refusal(specifier, filename, { name, allowed, declared }) {
  if (specifier.startsWith('.')) {
    const inside = relative(resolve(root, 'packages', name), resolve(dirname(filename), specifier))
    return inside.startsWith('..') ? 'Import another package by its name, not by its path.' : undefined
  }
  const imported = packageOf(specifier)
  if (imported.startsWith('@portcullis/') && !allowed.includes(imported.slice('@portcullis/'.length))) {
    return `packages/${name} may import ${allowed.join(', ') || 'no other package of ours'}.`
  }
  return specifier.startsWith('node:') || isBuiltin(specifier) || declared.includes(imported)
    ? undefined
    : `packages/${name}/package.json does not declare ${imported}.`
}

const rule = {
  meta: { type: 'problem', schema: [{ type: 'object' }] },
  create(context) {
    const check = (source) => {
      if (typeof source?.value !== 'string') return
      const message = refusal(source.value, context.filename, context.options[0])
      if (message !== undefined) context.report({ node: source, message })
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
      TSExternalModuleReference: (node) => check(node.expression),
    }
  },
}

/** One block of lint configuration a package: its sources import what the table allows and its package.json declares. */
export const importDirections = (directions) =>
  Object.entries(directions).map(([name, allowed]) => {
    const manifest = JSON.parse(readFileSync(resolve(root, 'packages', name, 'package.json'), 'utf8'))
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    return {
      files: [`packages/${name}/src/**/*.ts`],
      plugins: { portcullis: { rules: { 'import-directions': rule } } },
      rules: { 'portcullis/import-directions': ['error', { name, allowed, declared }] },
    }
  })
