import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectStoryOfReadme, playStory } from '../../../test/support/play-story.js'
import { stageExample } from '../../../test/support/stage-example.js'

const TIMEOUT = 60_000

const stage = (name: string) => stageExample(join(__dirname, '..'), name, ['core', 'express'])

test(
  'the story goes as the README tells it, and ends by itself with 0',
  async () => {
    const story = await playStory(await stage('as-it-is'), { timeout: TIMEOUT })
    await expectStoryOfReadme(story, join(__dirname, '..'))
  },
  TIMEOUT,
)

test(
  'a server that leaves connections open is found out: the story ends with 1, and says what should have happened',
  async () => {
    const folder = await stage('without-watching')
    const express = join(folder, 'node_modules/@portcullis/express')
    await writeFile(
      join(express, 'careless.js'),
      "export * from './dist/index.js'\nexport const whenTokenEnds = () => () => undefined\n",
    )
    await writeFile(
      join(express, 'package.json'),
      JSON.stringify({ type: 'module', exports: './careless.js' }),
    )

    const { code, stdout } = await playStory(folder, { timeout: TIMEOUT })

    expect(code).toBe(1)
    expect(stdout).toContain('✗ Bob is signed out, and his stream ends: ')
    expect(stdout).toContain(' Expected "revoked".\n')
    expect(stdout).toMatch(/\n\d of 15 steps are not as they should be\.\n$/)
  },
  TIMEOUT,
)
