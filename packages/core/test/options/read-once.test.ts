import { createVerifier } from '../../src/verifier.js'
import { AUDIENCE, ISSUER, KEY, NOW, token } from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'

const right = {
  issuer: ISSUER,
  audience: AUDIENCE,
  keys: KEY.source,
  clock: () => NOW,
  algorithms: ['ES256'] as const,
}

describe('attack 322: options that change their mind', () => {
  it('are read once each by a getter', async () => {
    const reads = new Map<string, number>()
    const options = {}
    for (const [name, value] of Object.entries(right)) {
      Object.defineProperty(options, name, {
        enumerable: true,
        get() {
          reads.set(name, (reads.get(name) ?? 0) + 1)
          return value
        },
      })
    }
    const verify = createVerifier(options as typeof right)
    expect(Object.fromEntries(reads)).toEqual({ issuer: 1, audience: 1, keys: 1, clock: 1, algorithms: 1 })
    expect(await outcomeOf(verify, token())).toBe('accepted')
    expect(await outcomeOf(verify, token({ aud: 'x' }))).toBe('audience_mismatch')
    expect([...reads.values()].every((count) => count === 1)).toBe(true)
  })

  it('cannot say one thing when they are checked and another when they are used', async () => {
    let audience: unknown = AUDIENCE
    const turning = new Proxy(
      { ...right },
      {
        get(target, name) {
          const value: unknown = name === 'audience' ? audience : Reflect.get(target, name)
          if (name === 'audience') audience = null
          return value
        },
      },
    )
    const verify = createVerifier(turning)
    expect(await outcomeOf(verify, token({ aud: 'x' }))).toBe('audience_mismatch')
  })

  it('are not looked at again after they were given', async () => {
    const audience = [AUDIENCE]
    const algorithms: 'ES256'[] = ['ES256']
    const requiredClaims = ['sub']
    const expectedClaims = { azp: ['shop'] }
    const claimPaths = { roles: ['roles'] }
    const options = { ...right, audience, algorithms, requiredClaims, expectedClaims, claimPaths }
    const verify = createVerifier(options)
    Object.assign(options, {
      audience: null,
      issuer: 'https://evil.example',
      keys: keyOf('ES256', 'stranger').source,
    })
    audience.push('evil')
    algorithms.length = 0
    requiredClaims.length = 0
    expectedClaims.azp = ['evil']
    claimPaths.roles[0] = 'evil'

    const good = { azp: 'shop', roles: ['admin'], evil: ['root'] }
    expect(await outcomeOf(verify, token(good))).toBe('accepted')
    expect((await verify(token(good))).roles).toEqual(['admin'])
    expect(await outcomeOf(verify, token({ ...good, aud: 'evil' }))).toBe('audience_mismatch')
    expect(await outcomeOf(verify, token({ ...good, azp: 'evil' }))).toBe('claim_invalid')
    expect(await outcomeOf(verify, token({ ...good, sub: undefined }))).toBe('claim_missing')
    expect(await outcomeOf(verify, token(good, {}, keyOf('ES256', 'stranger')))).toBe('signature_invalid')
  })

  it('may be frozen, or without a prototype', async () => {
    const bare = Object.freeze(Object.assign(Object.create(null) as typeof right, right))
    expect(await outcomeOf(createVerifier(bare), token())).toBe('accepted')
  })

  it('count only where they are their own', () => {
    const inherited = Object.create(right) as typeof right
    expect(() => createVerifier(inherited)).toThrow(/^issuer: expects/)
    class Options {
      get issuer() {
        return ISSUER
      }
    }
    expect(() => createVerifier(new Options() as never)).toThrow(/^issuer: expects/)
  })

  it('a list that changes its mind is read once', async () => {
    let reads = 0
    const audience = [AUDIENCE]
    Object.defineProperty(audience, 0, { get: () => (reads++ === 0 ? AUDIENCE : 'evil'), enumerable: true })
    const verify = createVerifier({ ...right, audience })
    expect(reads).toBe(1)
    expect(await outcomeOf(verify, token({ aud: 'evil' }))).toBe('audience_mismatch')
  })
})
