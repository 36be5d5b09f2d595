import { deepEqual, equal } from 'node:assert/strict'
import {
  ALIKE,
  checksOf,
  refuses,
  settled,
  together,
  type Check,
  type ContractCheck,
  type ContractSubject,
} from './contract.js'

/** The seam of `@portcullis/core`, which this package does not import. */
export interface ReplayStoreLike {
  claim(id: string, expiresAt: number): boolean | Promise<boolean>
}

type ReplayCheck = Check<ReplayStoreLike>

const CLAIMS = 64
const A_DECADE = 10 * 366 * 24 * 3600

const claim = (store: ReplayStoreLike, id: string, expiresAt: number) =>
  settled(() => store.claim(id, expiresAt))

/**
 * What a replay store promises: of any number of claims on one id exactly one is answered true, and the id is not
 * forgotten before its time is over. Where it cannot keep that it rejects.
 *
 * @returns one check after the other, to be run by any test runner; with a clock that waits, in less than a minute
 */
export function replayStoreContract(subject: ContractSubject<ReplayStoreLike>): readonly ContractCheck[] {
  return [
    ...checksOf(subject, 'open', { ...ONCE, ...TIME }),
    ...checksOf(subject, 'openWithRoomFor', FULL),
    ...checksOf(subject, 'openUnreachable', UNREACHABLE),
  ]
}

const ONCE: Readonly<Record<string, ReplayCheck>> = {
  'answers true to the first who claims an id, and false to everybody after': async ({ store }, clock) => {
    const end = clock.now() + 60
    equal(await claim(store, 'id', end), true)
    for (let times = 0; times < 3; times++) equal(await claim(store, 'id', end), false)
  },

  [`lets exactly one of ${CLAIMS} parallel claims win`]: async ({ store }, clock) => {
    const end = clock.now() + 60
    const answers = await together(CLAIMS, () => store.claim('id', end))
    deepEqual(answers.sort(), losersAndOneWinner(CLAIMS))
  },

  'lets exactly one claim win for each of several ids at once': async ({ store }, clock) => {
    const end = clock.now() + 60
    const answers = await together(CLAIMS, (index) => store.claim(`id ${index % 8}`, end))
    for (let id = 0; id < 8; id++) {
      const own = answers.filter((_, index) => index % 8 === id)
      deepEqual(own.sort(), losersAndOneWinner(CLAIMS / 8), `id ${id}`)
    }
  },

  'lets exactly one win when two processes claim, and shows each what the other has claimed': async (
    { store, sibling = store },
    clock,
  ) => {
    const end = clock.now() + 60
    const answers = await together(CLAIMS, (index) => (index % 2 === 0 ? store : sibling).claim('id', end))
    deepEqual(answers.sort(), losersAndOneWinner(CLAIMS))
    equal(await claim(store, 'mine', end), true)
    equal(await claim(sibling, 'mine', end), false)
    equal(await claim(sibling, 'yours', end), true)
    equal(await claim(store, 'yours', end), false)
  },

  'keeps ids apart that look alike': async ({ store }, clock) => {
    const end = clock.now() + 60
    for (const id of ALIKE)
      equal(await claim(store, id, end), true, `the first claim on ${JSON.stringify(id)}`)
    for (const id of ALIKE)
      equal(await claim(store, id, end), false, `the second claim on ${JSON.stringify(id)}`)
  },

  'keeps ids of 512 characters apart to the last one': async ({ store }, clock) => {
    const end = clock.now() + 60
    const [one, other] = [`${'x'.repeat(511)}a`, `${'x'.repeat(511)}b`]
    equal(await claim(store, one, end), true)
    equal(await claim(store, other, end), true)
    equal(await claim(store, one, end), false)
    equal(await claim(store, other, end), false)
  },

  'holds a thousand ids at once': async ({ store }, clock) => {
    const end = clock.now() + 60
    const claimAll = () => together(1000, (index) => store.claim(`id ${index}`, end))
    deepEqual(new Set(await claimAll()), new Set([true]))
    deepEqual(new Set(await claimAll()), new Set([false]))
  },
}

const TIME: Readonly<Record<string, ReplayCheck>> = {
  'remembers an id until its time is over': async ({ store }, clock) => {
    const end = clock.now() + 3.5
    equal(await claim(store, 'id', end), true)
    await clock.advance(2)
    equal(await claim(store, 'id', end), false)
  },

  'forgets an id when its time is over, so that what it holds is bounded': async ({ store }, clock) => {
    equal(await claim(store, 'id', clock.now() + 1), true)
    await clock.advance(3)
    equal(await claim(store, 'id', clock.now() + 60), true)
    equal(await claim(store, 'id', clock.now() + 60), false)
  },

  'is not made to forget by a claim that loses': async ({ store }, clock) => {
    equal(await claim(store, 'id', clock.now() + 60), true)
    equal(await claim(store, 'id', clock.now() + 1), false)
    equal(await claim(store, 'id', clock.now() - 60), false)
    await clock.advance(2)
    equal(await claim(store, 'id', clock.now() + 60), false)
  },

  'remembers the living among many that die': async ({ store }, clock) => {
    const now = clock.now()
    const claimAll = (name: string, end: number) =>
      together(100, (index) => store.claim(`${name} ${index}`, end))
    await claimAll('dying', now + 1)
    await claimAll('living', now + 60)
    await clock.advance(3)
    deepEqual(new Set(await claimAll('new', clock.now() + 60)), new Set([true]))
    deepEqual(new Set(await claimAll('living', clock.now() + 60)), new Set([false]))
  },

  'remembers an id whose time is over in ten years': async ({ store }, clock) => {
    equal(await claim(store, 'id', clock.now() + A_DECADE), true)
    await clock.advance(2)
    equal(await claim(store, 'id', clock.now() + A_DECADE), false)
  },

  'rejects a time that is no finite number, and claims nothing then': async ({ store }, clock) => {
    for (const end of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      await refuses(() => store.claim(`until ${end}`, end), `a claim until ${end}`)
      equal(await claim(store, `until ${end}`, clock.now() + 60), true)
    }
  },
}

const FULL: Readonly<Record<string, ReplayCheck>> = {
  'rejects when it is full, and forgets nothing that lives': async ({ store }, clock) => {
    const end = clock.now() + 60
    equal(await claim(store, 'one', end), true)
    equal(await claim(store, 'two', end), true)
    await refuses(() => store.claim('three', end), 'a claim for which there is no room')
    equal(await claim(store, 'one', end), false)
    equal(await claim(store, 'two', end), false)
  },

  'has room again when what it holds is over': async ({ store }, clock) => {
    equal(await claim(store, 'one', clock.now() + 1), true)
    equal(await claim(store, 'two', clock.now() + 60), true)
    await clock.advance(3)
    equal(await claim(store, 'three', clock.now() + 60), true)
    equal(await claim(store, 'two', clock.now() + 60), false)
  },
}

const UNREACHABLE: Readonly<Record<string, ReplayCheck>> = {
  'rejects when it cannot be reached: neither yes nor no': async ({ store }, clock) => {
    await refuses(() => store.claim('id', clock.now() + 60), 'a claim')
  },
}

/** Sorted as text: false comes before true. */
function losersAndOneWinner(claims: number): readonly boolean[] {
  return [...Array.from({ length: claims - 1 }, () => false), true]
}
