import { isDeepStrictEqual } from 'node:util'
import { chapters } from './chapters.js'
import type { System } from './system.js'
import type { AccessReport } from './who-may-do-what.js'

/** What happened in one step, in words, and whether it is what should happen. */
export interface Step {
  readonly line: string
  readonly asExpected: boolean
}

export interface Listener {
  readonly say: (line: string) => void
  readonly step: (step: Step) => void
  readonly table: (report: AccessReport) => void
}

/** How a chapter tells: what is done, what should come of it, and how to do it. */
export interface Teller {
  readonly step: (what: string, expected: unknown, happened: () => Promise<unknown>) => Promise<void>
  readonly table: (report: AccessReport) => void
}

/** Something that the story tells of the system. */
export type Chapter = (system: System, teller: Teller) => Promise<void>

/** Plays the story; each step is given to the listener as it happens. */
export async function playStory(system: System, listener: Listener): Promise<void> {
  const teller: Teller = {
    async step(what, expected, happened) {
      const actual = await happened().catch(String)
      const asExpected = isDeepStrictEqual(actual, expected)
      const instead = asExpected ? '' : ` Expected ${describe(expected)}.`
      listener.step({ line: `${what}: ${describe(actual)}.${instead}`, asExpected })
    },
    table: listener.table,
  }
  for (const [title, chapter] of chapters) {
    listener.say(`\n${title}\n`)
    await chapter(system, teller).catch((error: unknown) => {
      listener.step({ line: `The chapter could not go on: ${String(error)}.`, asExpected: false })
    })
  }
}

function describe(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value)
}
