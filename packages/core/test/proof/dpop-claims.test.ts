import { createHash } from 'node:crypto'
import { encode, NOW, segments } from '../attacks/support/forge.js'
import { outcomeOf, service } from './support/requests.js'
import { boundToken, clientKey, proof, sha256, TOKEN, withProof } from './support/dpop.js'
import { outcomes, type Requests } from './support/tables.js'

const serve = () => service({ dpop: 'required' })
const rows = (table: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Requests =>
  Object.fromEntries(
    Object.entries(table).map(([name, claims]) => [name, () => withProof(proof({ claims }))]),
  )

/** Signed JSON as it is written, for numbers that JSON.stringify does not write. */
function written(payload: string): string {
  const [header] = segments(proof())
  const input = `${header}.${encode(payload)}`
  return `${input}.${clientKey().sign(input).toString('base64url')}`
}

let made = 0
const withIat = (iat: string) => () =>
  withProof(
    written(
      `{"jti":"w${++made}","htm":"GET","htu":"https://api.example.com/orders","ath":"${sha256(TOKEN)}","iat":${iat}}`,
    ),
  )

describe('attack 215: the method of the request', () => {
  outcomes(
    'a proof for another one',
    'dpop_proof_invalid',
    serve,
    rows({
      missing: { htm: undefined },
      'in small letters': { htm: 'get' },
      'in mixed letters': { htm: 'Get' },
      another: { htm: 'POST' },
      HEAD: { htm: 'HEAD' },
      'with a space': { htm: 'GET ' },
      empty: { htm: '' },
      'a list': { htm: ['GET'] },
      null: { htm: null },
      any: { htm: '*' },
    }),
  )

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])(
    '%s with a proof for GET is refused',
    async (method) => {
      expect(await outcomeOf(serve(), { ...withProof(), method })).toBe('dpop_proof_invalid')
    },
  )

  it.each(['POST', 'DELETE', 'purge', 'M-SEARCH'])('%s with a proof for it is let in', async (method) => {
    const dpop = proof({ claims: { htm: method } })
    expect(await outcomeOf(serve(), { ...withProof(dpop), method })).toBe('accepted')
  })
})

describe('attack 218: the age of a proof', () => {
  outcomes('as fresh as it must be', 'accepted', serve, {
    ...rows({
      now: { iat: NOW },
      'as old as it may be': { iat: NOW - 60 - 5 },
      'from a clock that is ahead': { iat: NOW + 5 },
      'with a fraction': { iat: NOW - 0.5 },
    }),
    'with an exponent': withIat(`${NOW / 1e9}e9`),
  })

  outcomes('too old, from the future, or no date', 'dpop_proof_invalid', serve, {
    ...rows({
      'a second too old': { iat: NOW - 60 - 6 },
      'a day old': { iat: NOW - 86_400 },
      'a second from too far ahead': { iat: NOW + 6 },
      'in milliseconds': { iat: NOW * 1000 },
      zero: { iat: 0 },
      negative: { iat: -NOW },
      missing: { iat: undefined },
      text: { iat: String(NOW) },
      'a date as text': { iat: new Date(NOW * 1000).toISOString() },
      null: { iat: null },
      true: { iat: true },
      'a list': { iat: [NOW] },
      'an object': { iat: { valueOf: NOW } },
      'the largest number': { iat: Number.MAX_VALUE },
    }),
    '9e99': withIat('9e99'),
    '-9e99': withIat('-9e99'),
    '1e400, which is no number': withIat('1e400'),
    'NaN, which is no JSON': withIat('NaN'),
    'Infinity, which is no JSON': withIat('Infinity'),
    'twice, once good': withIat(`0,"iat":${NOW}`),
  })

  it('is bounded by maxProofAge', async () => {
    const strict = () => service({ dpop: { mode: 'required', maxProofAge: 1 } })
    const loose = () => service({ dpop: { mode: 'required', maxProofAge: 600 } })
    const aged = (seconds: number) => withProof(proof({ claims: { iat: NOW - seconds } }))
    expect(await outcomeOf(strict(), aged(6))).toBe('accepted')
    expect(await outcomeOf(strict(), aged(7))).toBe('dpop_proof_invalid')
    expect(await outcomeOf(loose(), aged(605))).toBe('accepted')
    expect(await outcomeOf(loose(), aged(606))).toBe('dpop_proof_invalid')
  })

  it('is refused by a clock that answers no number, once the token has passed', async () => {
    let broken = false
    const authenticate = service({ dpop: 'required', clock: () => (broken ? Number.NaN : NOW), cacheSize: 0 })
    const key = clientKey()
    // The clock breaks between the check of the token and that of the proof.
    const sent = withProof(proof({ key }))
    const headers = {
      get authorization() {
        return sent.headers?.authorization
      },
      get dpop() {
        broken = true
        return sent.headers?.dpop
      },
    }
    const request = {
      method: 'GET',
      url: 'https://api.example.com/orders',
      header: (name: string) =>
        [(headers as Record<string, string | readonly string[] | undefined>)[name] ?? []].flat(),
    }
    await expect(authenticate(request)).rejects.toMatchObject({ code: 'dpop_proof_invalid' })
  })
})

describe('attack 219: the digest of the token', () => {
  const other = boundToken({ sub: 'someone-else' })
  outcomes(
    'of another token, or in another form',
    'dpop_proof_invalid',
    serve,
    rows({
      missing: { ath: undefined },
      null: { ath: null },
      empty: { ath: '' },
      'of another token': { ath: sha256(other) },
      'of the token with the scheme': { ath: sha256(`DPoP ${TOKEN}`) },
      'in hexadecimal': { ath: createHash('sha256').update(TOKEN).digest('hex') },
      'in base64 with padding': { ath: createHash('sha256').update(TOKEN).digest('base64') },
      'in base64url with padding': { ath: `${sha256(TOKEN)}=` },
      'of another hash': { ath: createHash('sha512').update(TOKEN).digest('base64url') },
      'of its first half': { ath: sha256(TOKEN).slice(0, 22) },
      'the token itself': { ath: TOKEN },
      'a list': { ath: [sha256(TOKEN)] },
    }),
  )

  it('refuses a good proof beside another token of the same key', async () => {
    expect(await outcomeOf(serve(), withProof(proof(), other))).toBe('dpop_proof_invalid')
    expect(await outcomeOf(serve(), withProof(proof({ token: other }), other))).toBe('accepted')
  })
})

describe('attack 220: the id of a proof', () => {
  outcomes(
    'none, or one that is no use',
    'dpop_proof_invalid',
    serve,
    rows({
      missing: { jti: undefined },
      null: { jti: null },
      empty: { jti: '' },
      'a number': { jti: 7 },
      'a list': { jti: ['a'] },
      'of 257 characters': { jti: 'x'.repeat(257) },
    }),
  )

  outcomes(
    'odd, and good enough',
    'accepted',
    serve,
    rows({
      'of one character': { jti: 'a' },
      'of 256 characters': { jti: 'x'.repeat(256) },
      'a name of Object': { jti: '__proto__' },
      'with a line break': { jti: 'a\r\nb' },
      'a lone surrogate': { jti: '\ud800' },
    }),
  )
})

describe('attack 222: dates that a proof has of itself', () => {
  outcomes(
    'they hold',
    'accepted',
    serve,
    rows({
      'exp to come': { exp: NOW + 1 },
      'exp within the tolerance': { exp: NOW - 4 },
      'nbf past': { nbf: NOW - 1 },
      'nbf within the tolerance': { nbf: NOW + 5 },
    }),
  )

  outcomes(
    'they do not hold',
    'dpop_proof_invalid',
    serve,
    rows({
      'exp past': { exp: NOW - 5 },
      'exp long past': { exp: 1 },
      'exp before a fresh iat': { iat: NOW, exp: NOW - 60 },
      'exp as text': { exp: String(NOW + 60) },
      'exp null': { exp: null },
      'exp a list': { exp: [NOW + 60] },
      'nbf to come': { nbf: NOW + 6 },
      'nbf as text': { nbf: String(NOW) },
      'nbf null': { nbf: null },
      'nonce a number': { nonce: 1 },
      'nonce null': { nonce: null },
    }),
  )

  it('does not live longer for a later exp', async () => {
    const dpop = proof({ claims: { iat: NOW - 100, exp: NOW + 3600 } })
    expect(await outcomeOf(serve(), withProof(dpop))).toBe('dpop_proof_invalid')
  })
})

outcomes('payloads that are no claims', 'dpop_proof_invalid', serve, {
  'a list': withProof(written('[]')),
  'a string': withProof(written('"proof"')),
  null: withProof(written('null')),
  'no object': withProof(written('{}')),
  'a claim twice': withProof(written('{"jti":"a","jti":"b"}')),
  'a member called __proto__': withProof(written(`{"__proto__":{"jti":"a","htm":"GET","iat":${NOW}}}`)),
  'nested without end': withProof(written(`{"a":${'['.repeat(100)}${']'.repeat(100)}}`)),
})

outcomes(
  'claims that nobody knows',
  'accepted',
  serve,
  rows({
    'are ignored': { 'https://example.com/other': { a: [1] }, scope: 'admin', sub: 7 },
  }),
)
