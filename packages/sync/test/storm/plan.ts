import { FAULTS, type Fault } from '../support/proxy.ts'
import { createRandom } from '../support/random.ts'

/** Where a process can be made to kill itself, as `kill -9` would. */
export const CRASHES = {
  receiver: ['before-apply', 'in-apply', 'after-apply', 'after-commit'],
  sender: ['after-append', 'after-prepare', 'in-body', 'before-acknowledge', 'after-acknowledge'],
} as const

export type Side = keyof typeof CRASHES

export interface Crash {
  readonly side: Side
  /** `any`: the parent kills it after so many milliseconds, wherever it is. */
  readonly step: (typeof CRASHES)[Side][number] | 'any'
  /** At the so many-th time; for `any` milliseconds. */
  readonly count: number
}

/** One run: everything in it comes from its seed. */
export interface Plan {
  readonly seed: number
  readonly stream: string
  readonly records: number
  readonly batch: number
  readonly encoding: 'identity' | 'gzip'
  readonly memoryBytes: number
  readonly versioned: boolean
  readonly crashes: readonly Crash[]
  /** Asked for each request that passes the proxy. */
  readonly nextFault: () => Fault | undefined
}

export function planOf(seed: number): Plan {
  const random = createRandom(seed)
  const below = (bound: number) => Math.floor(random() * bound)
  const oneOf = <T>(values: readonly T[]) => values[below(values.length)] as T
  const crash = (): Crash => {
    const side = oneOf(['receiver', 'sender'] as const)
    if (random() < 0.2) return { side, step: 'any', count: below(60) }
    return { side, step: oneOf<Crash['step']>(CRASHES[side]), count: 1 + below(3) }
  }
  const share = oneOf([0, 0.2, 0.5])
  const faults = Array.from({ length: 1 + below(4) }, () => oneOf(FAULTS))
  const chance = createRandom(seed + 1)
  return {
    seed,
    stream: `run-${seed}`,
    records: 1 + below(60),
    batch: 1 + below(20),
    encoding: oneOf(['identity', 'gzip'] as const),
    memoryBytes: oneOf([0, 100, 1_000_000]),
    versioned: random() < 0.5,
    crashes: Array.from({ length: below(2) + (random() < 0.5 ? 1 : 0) }, crash),
    nextFault: () => (chance() < share ? faults[Math.floor(chance() * faults.length)] : undefined),
  }
}

/** What the sender of a run puts into its outbox; the last word about an id counts. */
export function recordsOf({ seed, records }: Pick<Plan, 'seed' | 'records'>) {
  const random = createRandom(seed + 2)
  const versions = new Map<string, number>()
  return Array.from({ length: records }, () => {
    const id = `item/${Math.floor(random() * records)}`
    const version = (versions.get(id) ?? 0) + 1
    versions.set(id, version)
    if (random() < 0.2) return { id, version, deleted: true } as const
    return { id, version, data: { version, text: 'x'.repeat(Math.floor(random() * 2000)) } }
  })
}

/** What the receiver must hold then. */
export function expectedOf(plan: Pick<Plan, 'seed' | 'records'>): ReadonlyMap<string, string> {
  const items = new Map<string, string>()
  for (const record of recordsOf(plan)) {
    if ('deleted' in record) items.delete(record.id)
    else items.set(record.id, JSON.stringify(record.data))
  }
  return items
}
