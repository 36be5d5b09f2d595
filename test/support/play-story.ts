import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What the demo of an example has printed, and how it ended. */
export interface PlayedStory {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface PlayOptions {
  /** Of the command line. */
  readonly args?: readonly string[]
  /** Default that of the tests. */
  readonly env?: NodeJS.ProcessEnv
  /** Milliseconds. */
  readonly timeout: number
}

const execute = promisify(execFile)

/** @param folder of the staged programs, the `demo.js` of which is run */
export async function playStory(
  folder: string,
  { args = [], env = process.env, timeout }: PlayOptions,
): Promise<PlayedStory> {
  try {
    return {
      code: 0,
      ...(await execute(process.execPath, [join(folder, 'demo.js'), ...args], { env, timeout })),
    }
  } catch (error) {
    const { code, stdout, stderr } = error as PlayedStory
    return { code, stdout, stderr }
  }
}

/** The steps that were not as they should be. */
export const wrongSteps = ({ stdout }: PlayedStory): readonly string[] =>
  stdout.split('\n').filter((line) => line.startsWith('✗'))

/**
 * The story went as the README of its example tells it, and ended by itself with 0.
 *
 * @param example its folder
 */
export async function expectStoryOfReadme(story: PlayedStory, example: string): Promise<void> {
  expect(story.stderr).toBe('')
  expect(wrongSteps(story)).toEqual([])
  const readme = await readFile(join(example, 'README.md'), 'utf8')
  expect(story.stdout).toBe(/```text\n([\s\S]*?)```/.exec(readme)?.[1])
  expect(story.code).toBe(0)
}
