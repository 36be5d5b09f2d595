import type { System } from './system.js'

/** One thing that the demo shows. */
export type Chapter = (system: System) => Promise<ChapterResult>

export interface ChapterResult {
  readonly lines: readonly string[]
  /** The demo fails when this is false. */
  readonly asExpected: boolean
}
