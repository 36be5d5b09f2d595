import { deepEqual, equal } from 'node:assert/strict'
import { checksOf, type Check, type ContractCheck, type ContractSubject } from './contract.js'

/** As data: a store with a native module may make its objects in another realm, where a test runner has several. */
function equalData(found: unknown, expected: unknown): void {
  deepEqual(found === undefined ? undefined : JSON.parse(JSON.stringify(found)), expected)
}

/** The refresh tokens of one sign-in, as `@portcullis/issuer` has them; times are seconds since the epoch. */
export interface RefreshFamilyLike {
  readonly id: string
  readonly grant: {
    readonly clientId: string
    readonly subject: string
    readonly audience: readonly string[]
    readonly scope: readonly string[]
    /** Of the DPoP key that the sign-in is bound to. */
    readonly keyThumbprint?: string
  }
  readonly current: string
  readonly idleExpiresAt: number
  readonly expiresAt: number
  readonly revokedAt?: number
}

export interface RefreshStepLike {
  readonly familyId: string
  readonly presented: string
  readonly successor: string
  readonly sealedSuccessor: string
  readonly now: number
  readonly graceUntil: number
  readonly idleExpiresAt: number
  readonly keyThumbprint?: string
}

export type RefreshOutcomeLike =
  | { readonly kind: 'rotated' }
  | { readonly kind: 'repeated'; readonly sealedSuccessor: string }
  | { readonly kind: 'reused' }
  | { readonly kind: 'ended' }

/** The seam of `@portcullis/issuer`, which this package does not import. */
export interface RefreshTokenStoreLike {
  create(family: RefreshFamilyLike): Promise<void>
  find(familyId: string): Promise<RefreshFamilyLike | undefined>
  rotate(step: RefreshStepLike): Promise<RefreshOutcomeLike>
  revoke(familyId: string, now: number): Promise<void>
}

type RefreshCheck = Check<RefreshTokenStoreLike>

const USES = 100
const SECOND = { presented: 'second', successor: 'third', sealedSuccessor: 'sealed third' }

const familyAt = (now: number, parts: Partial<RefreshFamilyLike> = {}): RefreshFamilyLike => ({
  id: 'family',
  grant: { clientId: 'web', subject: 'alice', audience: ['orders-api'], scope: ['orders:read'] },
  current: 'first',
  idleExpiresAt: now + 1000,
  expiresAt: now + 5000,
  ...parts,
})

const stepAt = (now: number, parts: Partial<RefreshStepLike> = {}): RefreshStepLike => ({
  familyId: 'family',
  presented: 'first',
  successor: 'second',
  sealedSuccessor: 'sealed second',
  now,
  graceUntil: now + 10,
  idleExpiresAt: now + 1000,
  ...parts,
})

/** A check on a store that holds one family. */
const withFamily =
  (
    check: (store: RefreshTokenStoreLike, now: number) => Promise<void>,
    parts: (now: number) => Partial<RefreshFamilyLike> = () => ({}),
  ): RefreshCheck =>
  async ({ store }, clock) => {
    const now = clock.now()
    await store.create(familyAt(now, parts(now)))
    await check(store, now)
  }

/**
 * What a refresh token store promises: a token is followed by one successor, whoever asks how often at the same time,
 * and what was used up ends the family when it comes back. The moments are in the steps, so that no clock moves.
 *
 * @returns one check after the other, to be run by any test runner
 */
export function refreshTokenStoreContract(
  subject: ContractSubject<RefreshTokenStoreLike>,
): readonly ContractCheck[] {
  return checksOf(subject, 'open', { ...STEPS, ...LIMITS })
}

const STEPS: Readonly<Record<string, RefreshCheck>> = {
  'gives back what it was given, and nothing for what it was not': withFamily(async (store, now) => {
    equalData(await store.find('family'), familyAt(now))
    equal(await store.find('nothing'), undefined)
    equalData(await store.rotate(stepAt(now, { familyId: 'nothing' })), { kind: 'ended' })
    await store.revoke('nothing', now)
  }),

  'moves from a token to its successor': withFamily(async (store, now) => {
    equalData(await store.rotate(stepAt(now)), { kind: 'rotated' })
    equal((await store.find('family'))?.current, 'second')
    equalData(await store.rotate(stepAt(now, SECOND)), { kind: 'rotated' })
  }),

  [`answers ${USES} uses at once with one successor`]: async ({ store, sibling = store }, clock) => {
    const now = clock.now()
    await store.create(familyAt(now))
    const outcomes = await Promise.all(
      Array.from({ length: USES }, (_, index) =>
        (index % 2 === 0 ? store : sibling).rotate(
          stepAt(now, { successor: `successor ${index}`, sealedSuccessor: `sealed ${index}` }),
        ),
      ),
    )
    const winner = outcomes.findIndex(({ kind }) => kind === 'rotated')
    const repeated = { kind: 'repeated', sealedSuccessor: `sealed ${winner}` }
    for (const [index, outcome] of outcomes.entries()) {
      equalData(outcome, index === winner ? { kind: 'rotated' } : repeated)
    }
    equal((await sibling.find('family'))?.current, `successor ${winner}`)
  },

  'ends the family when a token comes back after its grace': withFamily(async (store, now) => {
    await store.rotate(stepAt(now))
    equalData(await store.rotate(stepAt(now + 10)), { kind: 'reused' })
    equalData(await store.rotate(stepAt(now + 11, SECOND)), { kind: 'ended' })
  }),

  'ends the family when an older token comes back': withFamily(async (store, now) => {
    await store.rotate(stepAt(now))
    await store.rotate(stepAt(now, SECOND))
    equalData(await store.rotate(stepAt(now)), { kind: 'reused' })
    equal((await store.find('family'))?.revokedAt, now)
  }),

  'binds a family to the first key that it is told, and to no other': withFamily(async (store, now) => {
    await store.rotate(stepAt(now, { keyThumbprint: 'one' }))
    equal((await store.find('family'))?.grant.keyThumbprint, 'one')
    await store.rotate(stepAt(now, { ...SECOND, keyThumbprint: 'other' }))
    equal((await store.find('family'))?.grant.keyThumbprint, 'one')
  }),

  'ends a family that is revoked, once': withFamily(async (store, now) => {
    await store.revoke('family', now)
    await store.revoke('family', now + 5)
    equal((await store.find('family'))?.revokedAt, now)
    equalData(await store.rotate(stepAt(now)), { kind: 'ended' })
  }),
}

const LIMITS: Readonly<Record<string, RefreshCheck>> = {
  'moves the idle limit at each use, and keeps it': withFamily(async (store, now) => {
    equalData(await store.rotate(stepAt(now + 999)), { kind: 'rotated' })
    equal((await store.find('family'))?.idleExpiresAt, now + 1999)
    equalData(await store.rotate(stepAt(now + 1999, SECOND)), { kind: 'ended' })
  }),

  'never moves the idle limit past the absolute one': withFamily(
    async (store, now) => {
      await store.rotate(stepAt(now))
      equal((await store.find('family'))?.idleExpiresAt, now + 500)
      equalData(await store.rotate(stepAt(now + 500, SECOND)), { kind: 'ended' })
    },
    (now) => ({ idleExpiresAt: now + 500, expiresAt: now + 500 }),
  ),

  'refuses where the time is not a number': withFamily(async (store) => {
    equalData(await store.rotate(stepAt(Number.NaN)), { kind: 'ended' })
  }),
}
