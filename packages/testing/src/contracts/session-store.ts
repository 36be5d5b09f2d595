import { deepEqual, equal } from 'node:assert/strict'
import {
  ALIKE,
  checksOf,
  refuses,
  together,
  type Check,
  type ContractCheck,
  type ContractSubject,
} from './contract.js'

/** A browser session, as `@portcullis/session` has it; times are seconds since the epoch. */
export interface StoredSessionLike {
  readonly id: string
  readonly subject: string
  readonly signInId: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly idleExpiresAt: number
  readonly expiresAt: number
  readonly accessLifetime: number
  readonly device: string
}

/** The seam of `@portcullis/session`, which this package does not import. */
export interface SessionStoreLike {
  create(session: StoredSessionLike): Promise<void>
  find(id: string): Promise<StoredSessionLike | undefined>
  touch(
    id: string,
    seen: Pick<StoredSessionLike, 'lastSeenAt' | 'idleExpiresAt' | 'accessLifetime'>,
  ): Promise<StoredSessionLike | undefined>
  list(subject: string): Promise<readonly StoredSessionLike[]>
  remove(id: string): Promise<void>
}

type SessionCheck = Check<SessionStoreLike>

const MANY = 64
/** What browsers send as their name may be anything. */
const DEVICE = `Phone "x" \\ 'y' {z} 1 2 3\n\u2028\u00fc\u{1f600} ${'w'.repeat(200)}`

const sessionAt = (now: number, id: string, parts: Partial<StoredSessionLike> = {}): StoredSessionLike => ({
  id,
  subject: 'alice',
  signInId: `sign-in of ${id}`,
  createdAt: now,
  lastSeenAt: now,
  idleExpiresAt: now + 600,
  expiresAt: now + 6000,
  accessLifetime: 300,
  device: DEVICE,
  ...parts,
})

const seenAt = (now: number) => ({ lastSeenAt: now + 0.5, idleExpiresAt: now + 900, accessLifetime: 60 })

/** As data, whatever realm the objects are of and however their members are ordered. */
const data = (found: unknown): unknown =>
  found === undefined ? undefined : (JSON.parse(JSON.stringify(found)) as unknown)

const idsOf = async (store: SessionStoreLike, subject = 'alice'): Promise<readonly string[]> =>
  (await store.list(subject)).map(({ id }) => id).sort()

/**
 * What a store of browser sessions promises: what was created is found and listed until it was idle for too long or is
 * removed, and nothing brings it back after. Where it cannot say it rejects.
 *
 * @returns one check after the other, to be run by any test runner; with a clock that waits, in less than half a minute
 */
export function sessionStoreContract(subject: ContractSubject<SessionStoreLike>): readonly ContractCheck[] {
  return [
    ...checksOf(subject, 'open', { ...KEPT, ...ENDED }),
    ...checksOf(subject, 'openWithRoomFor', FULL),
    ...checksOf(subject, 'openUnreachable', UNREACHABLE),
  ]
}

const KEPT: Readonly<Record<string, SessionCheck>> = {
  'gives back what it was given, and nothing for what it was not': async ({ store }, clock) => {
    const session = sessionAt(clock.now(), 'one')
    await store.create(session)
    deepEqual(data(await store.find('one')), data(session))
    deepEqual(data(await store.list('alice')), [data(session)])
    equal(await store.find('other'), undefined)
    deepEqual(data(await store.list('bob')), [])
    await store.remove('other')
    deepEqual(await idsOf(store), ['one'])
  },

  'notes that a session was used, and nothing else': async ({ store, sibling = store }, clock) => {
    const now = clock.now()
    const [one, other] = [sessionAt(now, 'one'), sessionAt(now, 'other')]
    await store.create(one)
    await store.create(other)
    const touched = data({ ...one, ...seenAt(now) })
    deepEqual(data(await store.touch('one', seenAt(now))), touched)
    deepEqual(data(await sibling.find('one')), touched)
    deepEqual(data(await sibling.find('other')), data(other))
    deepEqual(await idsOf(store), ['one', 'other'])
  },

  'lists every session of a user who signs in many times at once, through every process': async (
    { store, sibling = store },
    clock,
  ) => {
    const now = clock.now()
    const ids = Array.from({ length: MANY }, (_, index) => `session ${index}`)
    await together(MANY, (index) =>
      (index % 2 === 0 ? store : sibling).create(sessionAt(now, `session ${index}`)),
    )
    deepEqual(await idsOf(store), [...ids].sort())
    deepEqual(await idsOf(sibling), [...ids].sort())
  },

  'keeps sessions and users apart that look alike': async ({ store }, clock) => {
    const now = clock.now()
    for (const text of ALIKE) await store.create(sessionAt(now, text, { subject: text, device: text }))
    for (const text of ALIKE) {
      equal((await store.find(text))?.device, text, `the session ${JSON.stringify(text)}`)
      deepEqual(await idsOf(store, text), [text], `the sessions of ${JSON.stringify(text)}`)
    }
    await store.remove('a')
    for (const text of ALIKE) equal((await store.find(text))?.id, text === 'a' ? undefined : text)
  },
}

const ENDED: Readonly<Record<string, SessionCheck>> = {
  'knows nothing of a session that was removed, and is not made to by a use': async (
    { store, sibling = store },
    clock,
  ) => {
    const now = clock.now()
    await store.create(sessionAt(now, 'one'))
    await store.create(sessionAt(now, 'other'))
    await sibling.remove('one')
    await store.remove('one')
    equal(await store.find('one'), undefined)
    equal(await store.touch('one', seenAt(now)), undefined)
    equal(await sibling.find('one'), undefined)
    deepEqual(await idsOf(store), ['other'])
    deepEqual(await idsOf(sibling), ['other'])
  },

  'does not create by a use': async ({ store }, clock) => {
    equal(await store.touch('one', seenAt(clock.now())), undefined)
    equal(await store.find('one'), undefined)
  },

  [`brings nothing back where ${MANY} sessions are used and removed at once`]: async (
    { store, sibling = store },
    clock,
  ) => {
    const now = clock.now()
    await together(MANY, (index) => store.create(sessionAt(now, `session ${index}`)))
    await together(MANY * 3, (turn) => {
      const id = `session ${Math.floor(turn / 3)}`
      if (turn % 3 === 1) return sibling.remove(id)
      return store.touch(id, seenAt(now)).then(() => undefined)
    })
    deepEqual(await idsOf(store), [])
    const found = await together(MANY, (index) => sibling.find(`session ${index}`))
    deepEqual(new Set(found), new Set([undefined]))
  },

  'forgets a session that was idle for too long, and not one that was used': async ({ store }, clock) => {
    const now = clock.now()
    await store.create(sessionAt(now, 'idle', { idleExpiresAt: now + 2 }))
    await store.create(sessionAt(now, 'used', { idleExpiresAt: now + 2 }))
    await store.touch('used', seenAt(now))
    await clock.advance(3)
    equal(await store.find('idle'), undefined)
    equal(await store.touch('idle', seenAt(now)), undefined)
    deepEqual(await idsOf(store), ['used'])
    equal((await store.find('used'))?.idleExpiresAt, now + 900)
  },

  'keeps the living among many that die, and a new one beside them': async ({ store }, clock) => {
    const now = clock.now()
    await store.create(sessionAt(now, 'living'))
    await together(MANY, (index) =>
      store.create(sessionAt(now, `dying ${index}`, { idleExpiresAt: now + 1 })),
    )
    await clock.advance(2)
    await store.create(sessionAt(clock.now(), 'new'))
    deepEqual(await idsOf(store), ['living', 'new'])
    equal((await store.find('living'))?.id, 'living')
  },
}

const FULL: Readonly<Record<string, SessionCheck>> = {
  'rejects when it is full, and has room again when something is over': async ({ store }, clock) => {
    const now = clock.now()
    await store.create(sessionAt(now, 'one', { idleExpiresAt: now + 1 }))
    await store.create(sessionAt(now, 'two'))
    await refuses(() => store.create(sessionAt(now, 'three')), 'a session for which there is no room')
    deepEqual(await idsOf(store), ['one', 'two'])
    await clock.advance(2)
    await store.create(sessionAt(clock.now(), 'three'))
    deepEqual(await idsOf(store), ['three', 'two'])
  },
}

const UNREACHABLE: Readonly<Record<string, SessionCheck>> = {
  'rejects when it cannot be reached: nobody is signed out by that': async ({ store }, clock) => {
    const now = clock.now()
    await refuses(() => store.create(sessionAt(now, 'one')), 'a new session')
    await refuses(() => store.find('one'), 'a question')
    await refuses(() => store.touch('one', seenAt(now)), 'a use')
    await refuses(() => store.list('alice'), 'a list')
    await refuses(() => store.remove('one'), 'a removal')
  },
}
