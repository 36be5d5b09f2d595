import { createConsumer } from './support/consumer.ts'
import { exportedNames } from './support/exported-names.ts'
import { packedWorkspace, specifiersOf } from './support/packed-workspace.ts'
import { run } from './support/run.ts'
import { publishedFolders } from './support/workspace.ts'

jest.setTimeout(120_000)

describe.each(publishedFolders)('packages/%s, installed from its tarball', (folder) => {
  const packed = () => packedWorkspace().packages.find((each) => each.folder === folder)!
  let consumer: string
  beforeAll(async () => {
    consumer = await createConsumer(`modules-${folder}`, [packed()])
  })

  test('is imported and required by plain Node, in silence and with the same names', async () => {
    for (const specifier of specifiersOf(packed())) {
      const names = await exportedNames(specifier, 'import', consumer)
      expect(names.length).toBeGreaterThan(0)
      expect(await exportedNames(specifier, 'require', consumer)).toEqual(names)
    }
  })

  test('keeps what it does not export to itself', async () => {
    const program = `require('${packed().manifest.name}/dist/index.js')`
    const { code, stderr } = await run(process.execPath, ['-e', program], consumer)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('ERR_PACKAGE_PATH_NOT_EXPORTED'),
    })
  })
})
