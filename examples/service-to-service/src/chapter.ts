import type { Narrator } from './narrator.js'
import type { System } from './system.js'

/** One thing that the story shows, on the system as the chapter before has left it. */
export type Chapter = (system: System, narrator: Narrator) => Promise<void>
