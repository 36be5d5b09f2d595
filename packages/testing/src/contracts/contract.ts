import { rejects } from 'node:assert/strict'

/** One thing that a store promises. */
export interface ContractCheck {
  readonly name: string
  /** Rejects with an AssertionError when the promise is not kept, and with what the store threw otherwise. */
  readonly run: () => Promise<void>
}

/** The clock that a store goes by. */
export interface ContractClock {
  /** Seconds since the epoch. */
  now(): number
  /** Lets seconds go by: sets a clock of the test's own, or waits where the store goes by real time. */
  advance(seconds: number): unknown
}

/** A store that was opened for one check. */
export interface OpenedStore<Store> {
  readonly store: Store
  /** The same state through another connection, as another process has it; left out where there is no such thing. */
  readonly sibling?: Store
  /** Awaited when the check is over, whatever came of it. */
  readonly close?: () => unknown
}

type Opening<Store> = OpenedStore<Store> | Promise<OpenedStore<Store>>

/** How to make the stores that are tested. */
export interface ContractSubject<Store> {
  readonly clock: ContractClock
  /** A store that is empty, whatever the checks before have left somewhere. */
  open(): Opening<Store>
  /** The same with room for so many entries; left out: what a full store does is not checked. */
  openWithRoomFor?(entries: number): Opening<Store>
  /** A store whose server cannot be reached; left out: what it does then is not checked. */
  openUnreachable?(): Opening<Store>
}

/** What a check is given. */
export type Check<Store> = (opened: OpenedStore<Store>, clock: ContractClock) => Promise<void>

/** Entries that a store has room for, where it is to be full. */
const ROOM = 2

/** One check for each entry, each with a store of its own; none where the subject cannot open such a store. */
export function checksOf<Store>(
  subject: ContractSubject<Store>,
  opening: 'open' | 'openWithRoomFor' | 'openUnreachable',
  checks: Readonly<Record<string, Check<Store>>>,
): readonly ContractCheck[] {
  if (subject[opening] === undefined) return []
  return Object.entries(checks).map(([name, check]) => ({
    name,
    run: async () => {
      const opened = await (opening === 'openWithRoomFor'
        ? subject.openWithRoomFor?.(ROOM)
        : subject[opening]?.())
      if (opened === undefined) throw new TypeError(`${opening} answers no store`)
      try {
        await check(opened, subject.clock)
      } finally {
        await opened.close?.()
      }
    },
  }))
}

/** A call whose throw is a rejection like all others. */
export function settled<T>(call: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve) => {
    resolve(call())
  })
}

/** Calls without waiting for each other; synchronous throws are rejections like all others. */
export function together<T>(count: number, call: (index: number) => T | Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => settled(() => call(index))))
}

/** The call must not be answered, neither yes nor no. */
export function refuses(call: () => unknown, what: string): Promise<void> {
  return rejects(settled(call), () => true, `${what} must be rejected`)
}

/** Texts that a careless key, pattern or object takes for each other, or for something of its own. */
export const ALIKE: readonly string[] = [
  'a',
  'A',
  'aa',
  'a ',
  ' a',
  'a:b',
  'a::b',
  'a*',
  'a?',
  'a%',
  'a_',
  "a'--",
  'a"b',
  'a\\b',
  'a{b}',
  'a/../b',
  '0',
  '00',
  '-0',
  '1e0',
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'hasOwnProperty',
]
