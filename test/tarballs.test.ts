import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createConsumer } from './support/consumer.ts'
import { packedWorkspace } from './support/packed-workspace.ts'
import { runToSuccess } from './support/run.ts'
import { publishedFolders, readManifest, root, tool } from './support/workspace.ts'

jest.setTimeout(120_000)

/** A script of these names runs on the machine of whoever installs the package. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

const { version, engines } = readManifest(join(root, 'packages', 'core'))

describe.each(publishedFolders)('the tarball of packages/%s', (folder) => {
  const packed = () => packedWorkspace().packages.find((each) => each.folder === folder)!

  test('holds the licence, the readme, the built files and their sources', () => {
    const { files } = packed()
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'package.json',
        'dist/index.js',
        'dist/index.d.ts',
        'src/index.ts',
      ]),
    )
    const elsewhere = files.filter(
      (path) => !/^(?:dist|src)\/|^(?:LICENSE|README\.md|package\.json)$/.test(path),
    )
    expect(elsewhere).toEqual([])
  })

  test('holds no tests, no build state and nothing without a source', () => {
    const { files, manifest } = packed()
    expect(files.filter((path) => /\.test\.|\/tests?\/|tsbuildinfo/.test(path))).toEqual([])
    const sources = files
      .filter((path) => path.startsWith('src/'))
      .map((path) => path.slice(4).replace(/\.ts$/, ''))
    const types = files
      .filter((path) => /^dist\/.*\.d\.ts$/.test(path))
      .map((path) => path.slice(5).replace(/\.d\.ts$/, ''))
    expect(new Set(types)).toEqual(new Set(sources))
    const modules = files.filter((path) => /^dist\/(?!shared\/).*\.js$/.test(path)).map((path) => `./${path}`)
    const entries = Object.values(manifest.exports ?? {}) as readonly { readonly default: string }[]
    expect(new Set(modules)).toEqual(new Set(entries.map((entry) => entry.default)))
  })

  test('says who may use it, and where: MIT, public, the engines and the version of the family', () => {
    const { manifest } = packed()
    expect(manifest).toMatchObject({ license: 'MIT', version, engines, publishConfig: { access: 'public' } })
    expect(manifest.description).toMatch(/\w/)
  })

  test('asks for no development dependency and runs nothing when it is installed', () => {
    const { manifest } = packed()
    expect(manifest.devDependencies).toBeUndefined()
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => INSTALL_SCRIPTS.includes(name))).toEqual([])
  })

  test('asks for the packages of the family in the version that is released with it', () => {
    const ranges = Object.entries(packed().manifest.dependencies ?? {})
    for (const [name, range] of ranges) if (name.startsWith('@portcullis/')) expect(range).toBe(`^${version}`)
  })

  test('has the text of the MIT licence and no path of the machine that built it', async () => {
    const consumer = await createConsumer(`tarball-${folder}`, [packed()])
    const installed = join(consumer, 'node_modules', packed().manifest.name)
    const read = (path: string) => readFileSync(join(installed, path), 'utf8')
    expect(read('LICENSE')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'))
    const paths = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1))
    const leaking = paths.filter((path) =>
      [root, packedWorkspace().folder, 'file:///'].some((trace) => read(path).includes(trace)),
    )
    expect(leaking).toEqual([])
  })

  test('is what publint wants', async () => {
    await runToSuccess(tool('publint'), ['run', packed().tarball, '--strict'], root)
  })

  test('is what attw wants of a package of ES modules', async () => {
    const rules = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm']
    await runToSuccess(tool('attw'), [packed().tarball, ...rules, '--no-color'], root)
  })
})
