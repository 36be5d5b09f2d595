import { readDpop } from '../../src/proof/dpop-options.js'
import { createDpopCheck } from '../../src/proof/dpop.js'
import { jwkThumbprint } from '../../src/proof/thumbprint.js'
import type { AuthError } from '../../src/outcome/auth-error.js'
import { vectors, withVectors } from './given-folder.js'
import { verifiesEmptyPayload, verifiesJws, type Jwk } from './verify-jws.js'

interface Group {
  readonly comment: string
  readonly public?: Jwk
  readonly private: Jwk
  readonly tests: readonly { tcId: number; comment: string; jws: string | object; result: string }[]
}

withVectors('Wycheproof: JSON Web Signature', () => {
  const { testGroups, numberOfTests } = vectors('vectors/wycheproof-json-web-signature.json', {
    testGroups: [] as readonly Group[],
    numberOfTests: 0,
  })
  it.each(testGroups.map((group, index) => [index, group.comment, group] as const))(
    'group %i, %s: agrees in full',
    async (_index, _comment, group) => {
      const disagreements: string[] = []
      for (const { tcId, comment, jws, result } of group.tests) {
        const text = typeof jws === 'string' ? jws : JSON.stringify(jws)
        const key = group.public ?? group.private
        const isEmpty = comment === 'emptyPayload' && text.includes('..')
        if (isEmpty) expect(await verifiesJws(text, key)).toBe(false)
        const verified = isEmpty ? await verifiesEmptyPayload(text, key) : await verifiesJws(text, key)
        if (verified !== (result === 'valid')) disagreements.push(`${tcId} ${comment}: expected ${result}`)
      }
      expect(disagreements).toEqual([])
    },
  )
  it('has been run in full', () => {
    expect(testGroups.flatMap(({ tests }) => tests)).toHaveLength(numberOfTests)
    expect(numberOfTests).toBeGreaterThan(300)
  })
})

interface RfcVector {
  readonly id: string
  readonly kind: string
  readonly expect?: 'valid' | 'invalid'
  readonly jws?: string
  readonly jwk?: Jwk
  readonly jkt?: string
  readonly proof?: string
  readonly htm?: string
  readonly htu?: string
  readonly accessToken?: string
  readonly now?: number
}

/** Kinds that are no matter of verifying a token. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  httpsig: 'HTTP message signatures (RFC 9421) are not used',
  digest: 'digests of bodies (RFC 9530) are no part of a token',
  'ece-aes128gcm': 'encrypted content coding (RFC 8188) is a matter of files',
}

withVectors('vectors of the RFCs', () => {
  const all = vectors<readonly RfcVector[]>('vectors/rfc-vectors.json', [])
  const of = (kind: string) =>
    all.filter((vector) => vector.kind === kind).map((vector) => [vector.id, vector] as const)

  it.each(of('jws'))('%s', async (_, { jws = '', jwk = {}, expect: expected }) => {
    expect(await verifiesJws(jws, jwk)).toBe(expected === 'valid')
  })
  it.each(of('jkt'))('%s', (_, { jwk = {}, jkt }) => {
    expect(jwkThumbprint(jwk)).toBe(jkt)
  })
  it.each(of('dpop'))('%s', async (_, vector) => {
    const { proof = '', htm = '', htu = '', accessToken = 'of another request', now = 0 } = vector
    const clock = () => now
    const check = createDpopCheck(readDpop('required', clock), clock)
    const request = { method: htm, url: htu, header: (name: string) => (name === 'dpop' ? [proof] : []) }
    const thumbprint = vector.jkt ?? all.find(({ id }) => id === 'rfc9449-6.1-jkt')?.jkt ?? ''
    const answer: unknown = await check({
      request,
      url: htu,
      bound: { token: accessToken, thumbprint },
    }).catch((error: unknown) => error)
    // A proof for the token endpoint names no access token (RFC 9449 section 4.2): here it proves nothing.
    if (vector.accessToken === undefined) expect((answer as AuthError).code).toBe('dpop_proof_invalid')
    else expect(answer).toBe(thumbprint)
  })
  it('are all of a kind that was tested, or that belongs elsewhere', () => {
    const kinds = new Set(all.map(({ kind }) => kind))
    const untested = [...kinds].filter(
      (kind) => !['jws', 'jkt', 'dpop', ...Object.keys(ELSEWHERE)].includes(kind),
    )
    expect(untested).toEqual([])
    expect(of('jws').length).toBeGreaterThan(30)
  })
})
