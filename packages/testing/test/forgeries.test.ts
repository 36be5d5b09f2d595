import { createHmac, createPublicKey, verify, type JsonWebKey } from 'node:crypto'
import {
  badTokenKinds,
  createTestIssuer,
  type BadTokenKind,
  type PublicJwk,
  type TestIssuer,
} from '@portcullis/testing'

/** Kinds whose badness is in the signature or in who made it; all others must be signed honestly. */
const DISHONEST: ReadonlySet<string> = new Set([
  'tamperedPayload',
  'tamperedHeader',
  'tamperedSignature',
  'truncatedSignature',
  'zeroSignature',
  'missingSignature',
  'signatureOfAnother',
  'derSignature',
  'otherKey',
  'unknownKey',
  'unsigned',
  'unsignedInMixedCase',
  'unsignedKeepingSignature',
  'confusionPem',
  'confusionPemTrimmed',
  'confusionPemCrlf',
  'confusionPemBody',
  'confusionDer',
  'confusionJwk',
  'confusionNumberText',
  'confusionNumber',
  'confusionKeyId',
  'confusionEmpty',
  'weakRsaKey',
  'smallOrderKey',
  'embeddedKey',
  'keyUrl',
  'certificateUrl',
  'keyIdAsPath',
  // Here there are not three segments.
  'twoSegments',
  'fourSegments',
  'fiveSegments',
  'jsonSerialisation',
  'opaque',
] satisfies BadTokenKind[])

const partsOf = (token: string) => token.split('.') as [string, string, string]
const signingInput = (token: string) => partsOf(token).slice(0, 2).join('.')
const signatureOf = (token: string) => Buffer.from(partsOf(token)[2], 'base64url')
const headerOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(partsOf(token)[0], 'base64url').toString()) as Record<string, unknown>

function holds(token: string, jwk: PublicJwk, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): boolean {
  const key = createPublicKey({ format: 'jwk', key: jwk as unknown as JsonWebKey })
  const hash = jwk.kty === 'OKP' ? null : 'sha256'
  return verify(hash, Buffer.from(signingInput(token)), { key, dsaEncoding }, signatureOf(token))
}

describe('a token that is bad in another way than its signature', () => {
  let issuer: TestIssuer
  beforeAll(async () => {
    issuer = await createTestIssuer({ algorithm: 'ES256' })
  })

  it.each(badTokenKinds({ algorithm: 'ES256' }).filter(({ kind }) => !DISHONEST.has(kind)))(
    'is signed by the issuer: $name',
    ({ kind }) => {
      expect(holds(issuer.bad[kind](), issuer.jwks().keys[0]!)).toBe(true)
    },
  )
})

describe('a token with a bad signature', () => {
  let issuer: TestIssuer
  beforeAll(async () => {
    issuer = await createTestIssuer()
  })

  it.each(badTokenKinds({ algorithm: 'RS256' }).filter(({ kind }) => DISHONEST.has(kind)))(
    'is not signed by the issuer as it stands: $name',
    ({ kind }) => {
      const token = issuer.bad[kind]()
      expect(token.split('.').length === 3 && holds(token, issuer.jwks().keys[0]!)).toBe(false)
    },
  )
})

describe('a forged token would fool who makes the mistake that it is about', () => {
  const hmacHolds = (token: string, secret: string | Buffer) =>
    createHmac('sha256', secret).update(signingInput(token)).digest().equals(signatureOf(token))

  it('takes the public key for a secret', async () => {
    const issuer = await createTestIssuer()
    const jwk = issuer.jwks().keys[0]!
    const key = createPublicKey({ format: 'jwk', key: jwk as unknown as JsonWebKey })
    const pem = key.export({ format: 'pem', type: 'spki' }).toString()
    const der = key.export({ format: 'der', type: 'spki' })
    const { bad } = issuer
    const secrets: readonly [string, string | Buffer][] = [
      [bad.confusionPem(), pem],
      [bad.confusionPemTrimmed(), pem.trimEnd()],
      [bad.confusionPemCrlf(), pem.replaceAll('\n', '\r\n')],
      [bad.confusionPemBody(), pem.split('\n').slice(1, -2).join('')],
      [bad.confusionDer(), der],
      [bad.confusionJwk(), JSON.stringify(jwk)],
      [bad.confusionNumberText(), jwk.n!],
      [bad.confusionNumber(), Buffer.from(jwk.n!, 'base64url')],
      [bad.confusionKeyId(), jwk.kid],
      [bad.confusionEmpty(), ''],
      [bad.keyIdAsPath(), ''],
    ]
    for (const [token, secret] of secrets) {
      expect(headerOf(token).alg).toBe('HS256')
      expect(hmacHolds(token, secret)).toBe(true)
    }
  })

  it('trusts the key that the header embeds', async () => {
    const issuer = await createTestIssuer({ algorithm: 'ES256' })
    const token = issuer.bad.embeddedKey()
    expect(holds(token, headerOf(token).jwk as PublicJwk)).toBe(true)
  })

  it('trusts a weak RSA key that is published', async () => {
    const issuer = await createTestIssuer({ algorithm: 'ES256', weakKeys: true })
    const token = issuer.bad.weakRsaKey()
    const jwk = issuer.jwks().keys.find(({ kid }) => kid === headerOf(token).kid)!
    expect(jwk.alg).toBe(headerOf(token).alg)
    expect(Buffer.from(jwk.n!, 'base64url')).toHaveLength(128)
    expect(holds(token, jwk)).toBe(true)
  })

  it('trusts an Ed25519 key of small order that is published', async () => {
    const issuer = await createTestIssuer({ algorithm: 'ES256', weakKeys: true })
    const token = issuer.bad.smallOrderKey()
    const jwk = issuer.jwks().keys.find(({ kid }) => kid === headerOf(token).kid)!
    expect(jwk).toMatchObject({ crv: 'Ed25519', alg: headerOf(token).alg })
    // S·B = R + k·A holds for every k where A and R are the neutral element, (0, 1), and S is 0 (RFC 8032 section
    // 5.1.7). Node 24 looks for that by itself, so that its own check would not show it.
    const neutral = `01${'00'.repeat(31)}`
    expect(Buffer.from(jwk.x!, 'base64url').toString('hex')).toBe(neutral)
    expect(signatureOf(token).toString('hex')).toBe(neutral + '00'.repeat(32))
  })

  it('takes the DER encoding of a signature', async () => {
    const issuer = await createTestIssuer({ algorithm: 'ES256' })
    // Integers of an ECDSA signature are now and then shorter, or need a leading zero.
    for (let round = 0; round < 300; round++) {
      expect(holds(issuer.bad.derSignature(), issuer.jwks().keys[0]!, 'der')).toBe(true)
    }
  })

  it('has a secret that is empty or easy to guess', async () => {
    const { bad } = await createTestIssuer({ algorithm: 'HS256' })
    expect(hmacHolds(bad.emptySecret(), '')).toBe(true)
    expect(hmacHolds(bad.guessedSecret(), 'secret')).toBe(true)
  })

  it('fetches the key from where the test says', async () => {
    const { bad } = await createTestIssuer({ algorithm: 'ES256' })
    const jku = 'http://127.0.0.1:9/jwks'
    expect(headerOf(bad.keyUrl({ header: { jku } })).jku).toBe(jku)
    expect(headerOf(bad.keyUrl()).jku).toBe('https://attacker.test/jwks')
  })
})

it('says which kind an issuer cannot make', async () => {
  const issuer = await createTestIssuer({ algorithm: 'HS256' })
  expect(() => issuer.bad.confusionPem()).toThrow(/HS256.*confusionPem/)
})

it('spoils the token that is asked for', async () => {
  const issuer = await createTestIssuer({ algorithm: 'ES256' })
  const token = issuer.bad.expired({ roles: ['admin'], claims: { tenant: 7 } })
  const claims = JSON.parse(Buffer.from(partsOf(token)[1], 'base64url').toString())
  expect(claims).toMatchObject({ roles: ['admin'], tenant: 7, iss: issuer.url })
  expect(() => issuer.bad.expired({ role: 'admin' } as object)).toThrow(/no option role/)
})
