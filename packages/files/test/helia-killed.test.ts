import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildProgram } from '../../../test/support/build-program.ts'
import { read } from './support/bench.ts'
import { requireSupport } from './support/bundled.ts'
import type * as Helia from './support/helia.ts'
import { killedProgram } from './support/killed-program.ts'

/** More of them: `PORTCULLIS_KILLS=500 npx jest packages/files/test/helia-killed`; the same: `PORTCULLIS_SEED=...`. */
const KILLS = Number(process.env.PORTCULLIS_KILLS ?? 5)
const SEED = Number(process.env.PORTCULLIS_SEED ?? Date.now() % 1_000_000)
const { heliaBlobStore, startAlone } = requireSupport('helia') as typeof Helia

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'portcullis-helia-'))
})
afterAll(() => {
  rmSync(root, { recursive: true })
})

/** Numbers from 0 up to 1 that look random, the same for each seed (mulberry32). */
function numbersFrom(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

test(`a node that is killed leaves whole contents and nothing else (${KILLS} times, seed ${SEED})`, async () => {
  const program = await buildProgram(join(__dirname, 'support/helia-process.ts'), join(root, 'program'))
  const folder = join(root, 'node')
  const random = numbersFrom(SEED)
  const kept = new Set<string>()
  for (let kill = 0; kill < KILLS; kill++) {
    const said = await killedProgram([program, folder, String(kill)], Math.floor(random() * 250))
    let last = ''
    for (const line of said) {
      const [verb = '', name = ''] = line.split(' ')
      if (verb === 'put') kept.add(name)
      if (verb === 'removing' || verb === 'removed') kept.delete(name)
      if (verb === 'removing') last = name
      if (verb === 'removed') last = ''
    }
    const helia = await startAlone(folder)
    const store = heliaBlobStore({ helia, blockWait: 1 })
    const listed: string[] = []
    for await (const { name } of store.list()) listed.push(name)
    for (const name of kept) expect(listed).toContain(name)
    // Beside what was answered: the one whose put or removal was under way.
    const begun = listed.filter((name) => !kept.has(name))
    expect(begun.length).toBeLessThanOrEqual(1)
    if (last !== '' && begun.length === 1) expect(begun).toEqual([last])
    for (const name of kept) {
      const content = await read({ stream: store.read(name, { start: 0, end: 2_000_000 }) })
      expect(content.length).toBe(900_000)
    }
    for (const name of begun) await store.remove(name)
    await helia.gc()
    let blocks = 0
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- they are counted
    for await (const _ of helia.blockstore.getAll()) blocks++
    // Four leaves and a root each: nothing is left of what was under way.
    expect(blocks).toBe(kept.size * 5)
    await helia.stop()
  }
}, 600_000)
