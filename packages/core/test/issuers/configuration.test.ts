import { randomBytes } from 'node:crypto'
import { createVerifier, secret, type TrustedIssuerOptions, type VerifierOptions } from '@portcullis/core'
import { mistakeOf, refusalOf } from './support/failure.js'
import { unsignedToken } from './support/signer.js'

const keys = secret(randomBytes(32), 'HS256')
const issuer: TrustedIssuerOptions = { issuer: 'https://a.example.com', audience: 'orders', keys }
const another: TrustedIssuerOptions = { ...issuer, issuer: 'https://b.example.com' }

const mistake = (options: unknown) => mistakeOf(() => createVerifier(options as VerifierOptions))

describe('options of many issuers', () => {
  it.each(Object.entries({ ...issuer, clockTolerance: 5, profile: 'jwt', claimPaths: {} }))(
    'refuses %s beside issuers, and says where it belongs',
    (option, value) => {
      const error = mistake({ issuers: [issuer], [option]: value })
      expect(error.option).toBe(option)
      expect(error.message).toContain('each entry of issuers')
      expect(mistake({ resolveIssuer: () => undefined, [option]: value }).option).toBe(option)
    },
  )

  it('does not compile with an audience beside issuers', () => {
    expect(() =>
      // @ts-expect-error audience belongs to each issuer
      createVerifier({ issuers: [issuer], audience: 'orders' }),
    ).toThrow('audience')
  })

  it.each([
    ['neither a list nor a resolver', { issuers: undefined, resolveIssuer: undefined }],
    ['an empty list', { issuers: [] }],
    ['an object instead of a list', { issuers: { a: issuer } }],
    ['an empty list beside a resolver', { issuers: [], resolveIssuer: () => undefined }],
  ])('refuses %s', (_, options) => {
    const error = mistake(options)
    expect(error.option).toBe('issuers')
    expect(error.message).toMatch(/at least one issuer/)
  })

  it('refuses an issuer that is named twice, by name', () => {
    const error = mistake({ issuers: [issuer, another, { ...issuer, audience: 'invoices' }] })
    expect(error.option).toBe('issuers')
    expect(error.message).toContain('https://a.example.com twice')
  })

  it('takes issuers that differ in a slash for two', () => {
    expect(() =>
      createVerifier({ issuers: [issuer, { ...issuer, issuer: 'https://a.example.com/' }] }),
    ).not.toThrow()
  })

  it.each([
    ['has no audience', { issuer: 'https://b.example.com', keys }, 'issuers[1].audience'],
    ['has no issuer', { audience: 'orders', keys }, 'issuers[1].issuer'],
    ['has an empty audience', { ...another, audience: '' }, 'issuers[1].audience'],
    ['has an unknown option', { ...another, audiance: 'orders' }, 'issuers[1].audiance'],
    ['has a wrong path', { ...another, claimPaths: { roles: 'a.b' } }, 'issuers[1].claimPaths.roles'],
    ['has an unknown path', { ...another, claimPaths: { role: ['a'] } }, 'issuers[1].claimPaths.role'],
    ['has no keys to discover', { issuer: 'b', audience: 'orders' }, 'issuers[1].issuer'],
    ['allows nothing', { ...another, algorithms: ['RS256'] }, 'issuers[1].algorithms'],
    ['is no object', 'https://b.example.com', 'issuers[1]'],
    ['is missing', undefined, 'issuers[1]'],
  ])('names the entry that %s', (_, entry, option) => {
    const error = mistake({ issuers: [issuer, entry] })
    expect(error.option).toBe(option)
    expect(error.message.startsWith(`${option}: `)).toBe(true)
  })

  it('names the mend of a misspelt option of an entry', () => {
    expect(mistake({ issuers: [{ ...issuer, audiance: 'orders' }] }).message).toContain('write audience')
  })

  it('refuses a resolver that is no function', () => {
    const error = mistake({ resolveIssuer: new Map() })
    expect(error.option).toBe('resolveIssuer')
    expect(error.message).toContain('function')
  })

  it('has read the list once and for all', async () => {
    const list = [issuer]
    const verify = createVerifier({ issuers: list, clock: () => 1_760_000_000 })
    list[0] = another
    const refusal = await refusalOf(verify(unsignedToken({ iss: 'https://b.example.com' })))
    expect(refusal.code).toBe('issuer_not_trusted')
  })
})
