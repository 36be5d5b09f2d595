import { equal } from 'node:assert/strict'
import { ALIKE, refuses, together, type ContractClock } from './contract.js'
import type { RevocationStoreLike } from './revocation-store.js'

export const ISSUER = 'https://id.contract.example'
export const OTHER_ISSUER = 'https://id.contract.example/'
export const KEY = 'contract-key'

export type Claims = Readonly<Record<string, unknown>>

/** What a check is given. */
export interface Bench<Token> {
  readonly store: RevocationStoreLike<Token>
  readonly sibling: RevocationStoreLike<Token>
  readonly clock: ContractClock
  /** A verified token of the issuer with these claims and no other id; issued a minute ago. */
  readonly token: (claims?: Claims, issuer?: string) => Promise<Token>
  /** Asks about a new token with these claims. */
  readonly revoked: (claims?: Claims, issuer?: string) => Promise<boolean>
  /** Revokes for an hour, unless it says otherwise. */
  readonly revoke: (revocation: Claims) => Promise<unknown>
}
export type RevocationCheck = <Token>(bench: Bench<Token>) => Promise<void>

export const KINDS: Readonly<Record<string, RevocationCheck>> = {
  'revokes nothing by itself': async ({ revoked }) => {
    equal(await revoked(), false)
    equal(await revoked({ jti: 'a', sub: 'a', sid: 'a' }), false)
  },

  'revokes one token by its id': async ({ revoke, revoked }) => {
    await revoke({ tokenId: 'a' })
    equal(await revoked({ jti: 'a' }), true)
    equal(await revoked({ jti: 'b' }), false)
    equal(await revoked(), false)
  },

  'revokes the tokens of a session': async ({ revoke, revoked }) => {
    await revoke({ sessionId: 'a' })
    equal(await revoked({ sid: 'a', jti: '1' }), true)
    equal(await revoked({ sid: 'a', jti: '2' }), true)
    equal(await revoked({ sid: 'b' }), false)
    equal(await revoked({ sid: ['a'] }), false)
    equal(await revoked(), false)
  },

  'revokes the tokens that a key has signed': async ({ revoke, revoked }) => {
    await revoke({ keyId: 'another-key' })
    equal(await revoked(), false)
    await revoke({ keyId: KEY })
    equal(await revoked(), true)
  },

  'revokes the tokens of a subject that were issued before a second': async ({ revoke, revoked, clock }) => {
    const second = Math.floor(clock.now()) - 100
    await revoke({ subject: 'a', issuedBefore: second })
    equal(await revoked({ sub: 'a', iat: second - 1 }), true)
    equal(await revoked({ sub: 'a', iat: second }), false)
    equal(await revoked({ sub: 'a', iat: second + 1 }), false)
    equal(await revoked({ sub: 'a', iat: undefined }), true, 'a token that does not say when it was issued')
    equal(await revoked({ sub: 'b', iat: second - 1 }), false)
    equal(await revoked({ iat: second - 1 }), false)
  },

  'revokes every token of an issuer that was issued before a second': async ({ revoke, revoked, clock }) => {
    const second = Math.floor(clock.now()) - 100
    await revoke({ everythingIssuedBefore: second })
    equal(await revoked({ iat: second - 1 }), true)
    equal(await revoked({ iat: undefined }), true, 'a token that does not say when it was issued')
    equal(await revoked({ iat: second }), false)
  },

  'takes a fraction of a second, and a subject without end': async ({ revoke, revoked, clock }) => {
    const second = Math.floor(clock.now()) - 100
    await revoke({ subject: 'a', issuedBefore: second + 0.5 })
    equal(await revoked({ sub: 'a', iat: second }), true)
    equal(await revoked({ sub: 'a', iat: second + 1 }), false)
    await revoke({ subject: 'a', issuedBefore: Number.POSITIVE_INFINITY })
    equal(await revoked({ sub: 'a', iat: second + 1 }), true)
  },

  'is in force for the next question, from another process as well': async (bench) => {
    const { store, sibling, revoke, token } = bench
    const one = await token({ jti: 'a' })
    for (const asked of [store, sibling]) equal(await asked.isRevoked(one), false)
    await revoke({ tokenId: 'a' })
    for (const asked of [store, sibling]) equal(await asked.isRevoked(one), true)
  },
}

export const REACH: Readonly<Record<string, RevocationCheck>> = {
  'does not take one kind of id for another': async ({ revoke, revoked, clock }) => {
    await revoke({ tokenId: 'token' })
    await revoke({ sessionId: 'session' })
    await revoke({ subject: 'subject', issuedBefore: clock.now() })
    for (const id of ['token', 'session', 'subject', KEY, '']) {
      for (const claim of ['jti', 'sid', 'sub']) {
        const own = { token: 'jti', session: 'sid', subject: 'sub' }[id] === claim
        equal(await revoked({ [claim]: id }), own, `${claim} ${id}`)
      }
    }
  },

  'keeps issuers apart, to the letter': async ({ revoke, revoked, clock }) => {
    await revoke({ tokenId: 'a' })
    await revoke({ keyId: KEY, issuer: `${ISSUER}.evil` })
    await revoke({ everythingIssuedBefore: clock.now(), issuer: ISSUER.toUpperCase() })
    equal(await revoked({ jti: 'a' }), true)
    equal(await revoked({ jti: 'a' }, OTHER_ISSUER), false)
    equal(await revoked({ jti: 'b' }), false)
  },

  'keeps ids apart that look alike': async ({ revoke, revoked }) => {
    for (const id of ALIKE) {
      equal(await revoked({ jti: id }), false, `${JSON.stringify(id)} before it is revoked`)
      await revoke({ tokenId: id })
      equal(await revoked({ jti: id }), true, `${JSON.stringify(id)} when it is revoked`)
    }
  },

  'holds a thousand revocations at once, made in parallel': async ({ revoke, revoked }) => {
    await together(1000, (index) => revoke({ tokenId: `id ${index}` }))
    for (const index of [0, 1, 499, 998, 999]) equal(await revoked({ jti: `id ${index}` }), true)
    equal(await revoked({ jti: 'id 1000' }), false)
  },

  'reaches as far as the further of two, in whichever order they come': async ({
    revoke,
    revoked,
    clock,
  }) => {
    const second = Math.floor(clock.now()) - 100
    for (const [subject, reaches] of Object.entries({ up: [0, 50], down: [50, 0] })) {
      for (const more of reaches) await revoke({ subject, issuedBefore: second + more })
      equal(await revoked({ sub: subject, iat: second + 49 }), true, subject)
      equal(await revoked({ sub: subject, iat: second + 50 }), false, subject)
    }
  },
}

export const TIME: Readonly<Record<string, RevocationCheck>> = {
  'is in force until its time is over, and not longer': async ({ revoke, revoked, clock }) => {
    await revoke({ tokenId: 'short', until: clock.now() + 3.5 })
    await revoke({ tokenId: 'long', until: clock.now() + 3600 })
    await clock.advance(2)
    equal(await revoked({ jti: 'short' }), true)
    await clock.advance(3)
    equal(await revoked({ jti: 'short' }), false)
    equal(await revoked({ jti: 'long' }), true)
  },

  'lasts as long as the longer of two, in whichever order they come': async ({ revoke, revoked, clock }) => {
    const now = clock.now()
    for (const [tokenId, ends] of Object.entries({ up: [1, 3600], down: [3600, 1] })) {
      for (const seconds of ends) await revoke({ tokenId, until: now + seconds })
    }
    await clock.advance(3)
    equal(await revoked({ jti: 'up' }), true)
    equal(await revoked({ jti: 'down' }), true, 'a second revocation has shortened the first')
  },

  'remembers the living among many that die': async ({ revoke, revoked, clock }) => {
    await together(100, (index) => revoke({ tokenId: `dying ${index}`, until: clock.now() + 1 }))
    await together(100, (index) => revoke({ tokenId: `living ${index}` }))
    await clock.advance(3)
    await together(100, (index) => revoke({ tokenId: `new ${index}` }))
    for (const index of [0, 50, 99]) equal(await revoked({ jti: `living ${index}` }), true)
    for (const index of [0, 50, 99]) equal(await revoked({ jti: `dying ${index}` }), false)
  },
}

const MISTAKEN: Readonly<Record<string, Claims>> = {
  'nothing in particular': {},
  'an id that is undefined': { tokenId: undefined },
  'an empty id': { tokenId: '' },
  'an id that is a number': { sessionId: 7 },
  'a subject without a second': { subject: 'a' },
  'a subject and a date as text': { subject: 'a', issuedBefore: '2026-01-01' },
  'a subject and no number': { subject: 'a', issuedBefore: Number.NaN },
  'everything, and no number': { everythingIssuedBefore: undefined },
  'a misspelt kind': { tokenID: 'a' },
  'two kinds': { tokenId: 'a', sessionId: 'b' },
  'no end': { tokenId: 'a', until: undefined },
  'an end that is no number': { tokenId: 'a', until: Number.NaN },
  'an end that never comes': { tokenId: 'a', until: Number.POSITIVE_INFINITY },
  'no issuer': { tokenId: 'a', issuer: undefined },
}

export const MISTAKES: Readonly<Record<string, RevocationCheck>> = {
  'rejects a revocation that would revoke nothing, so that somebody notices': async ({ revoke }) => {
    for (const [what, revocation] of Object.entries(MISTAKEN)) await refuses(() => revoke(revocation), what)
  },
}

export const FULL: Readonly<Record<string, RevocationCheck>> = {
  'rejects when it is full, and forgets nothing that lives': async ({ revoke, revoked }) => {
    await revoke({ tokenId: 'one' })
    await revoke({ tokenId: 'two' })
    await refuses(() => revoke({ tokenId: 'three' }), 'a revocation for which there is no room')
    equal(await revoked({ jti: 'one' }), true)
    equal(await revoked({ jti: 'two' }), true)
  },

  'takes a second revocation of the same when it is full': async ({ revoke, revoked, clock }) => {
    await revoke({ tokenId: 'one', until: clock.now() + 1 })
    await revoke({ tokenId: 'two' })
    await revoke({ tokenId: 'one' })
    await clock.advance(3)
    equal(await revoked({ jti: 'one' }), true)
  },
}

export const UNREACHABLE: Readonly<Record<string, RevocationCheck>> = {
  'rejects when it cannot be reached: it does not guess': async ({ revoke, revoked }) => {
    await refuses(() => revoked({ jti: 'a' }), 'a question')
    await refuses(() => revoke({ tokenId: 'a' }), 'a revocation')
  },
}
