import type { RingKey } from './key-ring-record.js'

/** Seconds by which the clocks of the issuer's processes, and of its verifiers, may differ. */
const CLOCK_DIFFERENCE = 60

export interface Schedule {
  readonly rotateEvery: number
  readonly publishDelay: number
  readonly maxTokenLifetime: number
}

/** What each key of a ring does at a moment; it follows from the ring and the clock alone, in every process. */
export interface RingPhases {
  readonly current: RingKey
  readonly next: RingKey | undefined
  readonly retired: readonly RingKey[]
}

/** @param keys at least one */
export function phasesAt(keys: readonly RingKey[], now: number): RingPhases | undefined {
  const ordered = [...keys].sort((one, other) => one.signsFrom - other.signsFrom)
  // A clock that was set back finds no key that signs yet: the earliest does.
  const at = Math.max(
    0,
    ordered.findLastIndex(({ signsFrom }) => signsFrom <= now),
  )
  const current = ordered[at]
  if (current === undefined) return undefined
  return { current, next: ordered[at + 1], retired: ordered.slice(0, at) }
}

/** The keys that may still be needed: a retired one until the last token it signed is dead. */
export function livingKeys(
  keys: readonly RingKey[],
  now: number,
  { maxTokenLifetime }: Schedule,
): readonly RingKey[] {
  const ordered = [...keys].sort((one, other) => one.signsFrom - other.signsFrom)
  return ordered.filter((_, index) => {
    const successor = ordered[index + 1]
    return successor === undefined || successor.signsFrom + maxTokenLifetime + CLOCK_DIFFERENCE > now
  })
}

/** When a key that is published now begins to sign. */
export function nextStart({ current }: RingPhases, now: number, schedule: Schedule): number {
  return Math.max(now + schedule.publishDelay, current.signsFrom + schedule.rotateEvery)
}
