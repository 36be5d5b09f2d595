import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishedFolders, readManifest, root } from './support/workspace.ts'

const references = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
  references: { path: string }[]
}

describe.each(publishedFolders)('packages/%s', (folder) => {
  const path = join(root, 'packages', folder)

  test('is named after its folder, which the tests resolve imports by', () => {
    expect(readManifest(path).name).toBe(`@portcullis/${folder}`)
  })

  test('is built by the build of the whole', () => {
    expect(references.references).toContainEqual({ path: `packages/${folder}` })
  })

  test('refers to the projects of the packages it imports, so that one build orders them', () => {
    const config = JSON.parse(readFileSync(join(path, 'tsconfig.json'), 'utf8')) as Partial<typeof references>
    const ours = Object.keys(readManifest(path).dependencies ?? {}).filter((name) =>
      name.startsWith('@portcullis/'),
    )
    const wanted = ours.map((name) => ({ path: `../${name.slice('@portcullis/'.length)}` }))
    expect(config.references).toEqual(expect.arrayContaining(wanted))
  })

  test('exports files that its sources make', () => {
    for (const entry of Object.values(readManifest(path).exports ?? {})) {
      const { types, default: module } = entry as { types: string; default: string }
      const source = module.replace('./dist/', 'src/').replace(/\.js$/, '.ts')
      expect(existsSync(join(path, source))).toBe(true)
      expect(types).toBe(module.replace(/\.js$/, '.d.ts'))
    }
  })
})
