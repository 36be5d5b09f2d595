import { inspect } from 'node:util'
import { AuthError } from '../../src/outcome/auth-error.js'
import { REFUSALS, type RefusalCode } from '../../src/outcome/codes.js'
import { createAuthenticator } from '../../src/authenticator.js'
import { localJwks } from '../../src/keys/local-jwks.js'
import {
  CLAIMS,
  encode,
  ISSUER,
  AUDIENCE,
  KEY,
  NOW,
  sealed,
  segments,
  token,
  verifier,
  withSignature,
} from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { everythingOf } from '../attacks/support/outcome-of.js'

const CODES = Object.keys(REFUSALS) as readonly RefusalCode[]
const keys = localJwks({
  keys: [
    { ...KEY.publicJwk, kid: 'ec-1' },
    { ...keyOf('RS256').publicJwk, kid: 'rsa-1', alg: 'RS256' },
  ],
})
const verify = verifier({ keys, realm: 'orders' })

async function refusalOf(text: unknown): Promise<AuthError> {
  const error: unknown = await verify(text as string).catch((thrown: unknown) => thrown)
  if (error instanceof AuthError) return error
  throw new Error('was not refused')
}

const CANARY = 'canary-7f3a91'
const good = token({ sub: CANARY, [CANARY]: CANARY }, { kid: 'ec-1' })
const [, payload] = segments(good)

/** A refused token for each reason that a token can give, all with the canary in their claims. */
const REFUSED: Readonly<Record<string, string>> = {
  token_malformed: sealed({ alg: 'ES256', kid: 'ec-1' }, `{"sub":"${CANARY}","sub":"${CANARY}"}`),
  token_too_long: token({ sub: CANARY, filler: CANARY.repeat(2000) }),
  token_type_not_allowed: token({ sub: CANARY }, { kid: 'ec-1', typ: `${CANARY}+jwt` }),
  critical_header_unsupported: token({ sub: CANARY }, { crit: [CANARY] }),
  algorithm_not_allowed: token({ sub: CANARY }, { kid: 'rsa-1' }),
  key_unknown: token({ sub: CANARY }, { kid: 'other' }),
  signature_invalid: withSignature(good, Buffer.alloc(64, 1)),
  claim_missing: token({ sub: CANARY, exp: undefined }, { kid: 'ec-1' }),
  claim_invalid: token({ sub: [CANARY] }, { kid: 'ec-1' }),
  issuer_mismatch: token({ sub: CANARY, iss: `https://${CANARY}.example` }, { kid: 'ec-1' }),
  audience_mismatch: token({ sub: CANARY, aud: CANARY }, { kid: 'ec-1' }),
  token_expired: token({ sub: CANARY, exp: NOW - 60, iat: undefined }, { kid: 'ec-1' }),
  token_not_yet_valid: token({ sub: CANARY, nbf: NOW + 60 }, { kid: 'ec-1' }),
  proof_required: token({ sub: CANARY, cnf: { jkt: CANARY } }, { kid: 'ec-1' }),
}

describe('attack 317: what an error holds', () => {
  it.each(Object.entries(REFUSED))('%s: neither token nor claim nor key', async (code, text) => {
    const error = await refusalOf(text)
    expect(error.code).toBe(code)
    const everything = everythingOf(error)
    expect(everything).not.toContain(CANARY)
    for (const segment of segments(text)) expect(everything).not.toContain(segment.slice(-16))
    for (const secretPart of [KEY.publicJwk.x, keyOf('RS256').publicJwk.n]) {
      expect(everything).not.toContain(String(secretPart).slice(0, 16))
    }
  })
  it('holds no key where the key source failed, but the failure', async () => {
    const failing = verifier({ keys: { find: () => Promise.reject(new Error('connect ECONNREFUSED')) } })
    const error: unknown = await failing(good).catch((thrown: unknown) => thrown)
    expect((error as AuthError).code).toBe('keys_unavailable')
    expect((error as AuthError).cause).toBeInstanceOf(Error)
    expect(everythingOf(error as AuthError)).not.toContain(CANARY)
  })
  it('has no enumerable members but code, status and name', async () => {
    const error = await refusalOf(REFUSED.key_unknown)
    expect(Object.assign({}, error)).toEqual({
      name: 'AuthError',
      code: 'key_unknown',
      status: 401,
      statusCode: 401,
      expose: true,
    })
    expect(inspect(error)).not.toContain('other')
  })
})

describe('attack 169: what a caller is told', () => {
  const UNPROVEN = [
    'token_malformed',
    'token_too_long',
    'token_type_not_allowed',
    'critical_header_unsupported',
    'algorithm_not_allowed',
    'key_unknown',
    'signature_invalid',
  ]
  const answer = (error: AuthError) =>
    JSON.stringify([error.status, error.message, error.headers, error, String(error)])

  it('is the same to the octet for all that is refused before a signature is proven', async () => {
    const errors = await Promise.all(UNPROVEN.map((code) => refusalOf(REFUSED[code])))
    expect(errors.map(({ code }) => code)).toEqual(UNPROVEN)
    expect(new Set(errors.map(answer)).size).toBe(1)
    expect(answer(errors[0] as AuthError)).toContain('"code":"token_invalid"')
    const many = [
      '',
      'a.b',
      'none',
      `${encode({ alg: 'none' })}.${payload}.`,
      sealed({ alg: 'HS256' }, CLAIMS),
      5,
      null,
    ]
    for (const text of many) expect(answer(await refusalOf(text))).toBe(answer(errors[0] as AuthError))
  })
  it('is constant for a code', async () => {
    for (const [code, text] of Object.entries(REFUSED)) {
      const again = await refusalOf(
        code === 'claim_missing' ? token({ exp: undefined, sub: 'other' }, { kid: 'ec-1' }) : text,
      )
      expect(answer(again)).toBe(answer(await refusalOf(text)))
    }
  })
})

describe.each(CODES)('attacks 166 and 167: %s', (code) => {
  const error = new AuthError(code)
  const refusal: { readonly description: string; readonly error?: string } = REFUSALS[code]

  it('says its reason in characters that need no quoting', () => {
    // RFC 6750 section 3.
    expect(refusal.description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(error.message).toBe(refusal.description)
    expect(refusal.description).not.toMatch(/[.:]/)
  })
  it('has headers that node:http takes', () => {
    expect(error.headers['Cache-Control']).toBe('no-store')
    for (const value of Object.values(error.headers)) expect(value).toMatch(/^[\x20-\x7e]+$/)
    const challenge = error.headers['WWW-Authenticate']
    if (error.status === 503) {
      expect(challenge).toBeUndefined()
      expect(error.headers['Retry-After']).toMatch(/^[1-9][0-9]*$/)
    } else if (code !== 'cross_site_request_refused') {
      expect(challenge).toMatch(/^Bearer(?: [a-z_]+="[^"\\]*"(?:, [a-z_]+="[^"\\]*")*)?$/)
      expect(challenge?.includes('error=')).toBe(refusal.error !== undefined)
    }
  })
  it('is problem details', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      type: 'about:blank',
      title: refusal.description,
      status: error.status,
      code: expect.stringMatching(/^[a-z_]+$/) as string,
    })
    expect([error.statusCode, error.expose, error.name]).toEqual([error.status, true, 'AuthError'])
  })
})

describe('a challenge', () => {
  const request = { method: 'GET', url: 'https://api.example.com/', header: () => [] as readonly string[] }
  it('has no error for a request without credentials (attack 144)', async () => {
    const authenticate = createAuthenticator({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys,
      realm: 'orders and more',
    })
    const error = (await authenticate(request).catch((thrown: unknown) => thrown)) as AuthError
    expect(error.headers['WWW-Authenticate']).toBe('Bearer realm="orders and more"')
  })
  it('names realm, error and reason for a refused token', async () => {
    const authenticate = createAuthenticator({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys,
      realm: 'orders',
      clock: () => NOW,
    })
    const header = () => [`Bearer ${REFUSED.token_expired ?? ''}`]
    const error = (await authenticate({ ...request, header }).catch((thrown: unknown) => thrown)) as AuthError
    expect(error.headers['WWW-Authenticate']).toBe(
      'Bearer realm="orders", error="invalid_token", error_description="The access token has expired"',
    )
  })
})

describe('the stack of a refusal', () => {
  it('has no frames, since a caller has earned it and no line of the program', async () => {
    expect((await refusalOf('')).stack).toBe('AuthError: ' + REFUSALS.token_malformed.description)
  })

  it('leaves the stacks of other errors as they are', async () => {
    const before = Error.stackTraceLimit
    await refusalOf('')
    expect(Error.stackTraceLimit).toBe(before)
    expect(new Error('other').stack).toContain('auth-error.test')
  })
})
