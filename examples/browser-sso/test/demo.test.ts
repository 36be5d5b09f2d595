import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectStoryOfReadme, playStory } from '../../../test/support/play-story.ts'
import { stage } from './stage.ts'

const TIMEOUT = 120_000

test(
  'the story goes over HTTP as the README tells it, and ends by itself with 0',
  async () => {
    const story = await playStory(await stage('as-it-is'), { timeout: TIMEOUT })
    await expectStoryOfReadme(story, join(__dirname, '..'))
  },
  TIMEOUT,
)

test(
  'a sign-out that services do not learn of is found out: the story ends with 1',
  async () => {
    const folder = await stage('without-revocation')
    const system = join(folder, 'system.js')
    const sound = await readFile(system, 'utf8')
    const careless = sound.replace(
      'createIdentity({ ...options,',
      'createIdentity({ ...options, revocation: null,',
    )
    expect(careless).not.toBe(sound)
    await writeFile(system, careless)
    const { code, stdout } = await playStory(folder, { timeout: TIMEOUT })
    expect(code).toBe(1)
    expect(stdout).toContain('✗ Her other tab: 200. Expected 401 token_revoked.')
  },
  TIMEOUT,
)
