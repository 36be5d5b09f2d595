import { randomBytes } from 'node:crypto'
import { jwk } from '../../src/keys/jwk.js'
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
} from './support/forge.js'
import { createVerifier } from '../../src/verifier.js'
import { AuthError } from '../../src/outcome/auth-error.js'
import { keyOf } from './support/keys.js'

/**
 * No measure of speed, which the benchmark takes: a parser that goes back over what it has read needs a hundred times
 * as much for a text of this length, on any machine.
 */
const LIMIT_MILLISECONDS = 50
const LENGTH = 16_384
const inside = JSON.stringify(CLAIMS).slice(1, -1)
const [header, payload] = segments(token())
const claims = (text: string) => sealed({ alg: 'ES256' }, text)
/** As long as is still looked at. */
const filled = (make: (filler: number) => string) => {
  let filler = 12_000
  while (make(filler).length > LENGTH) filler -= 40
  return make(filler)
}

/** Attacks 3, 4, 25, 29 and 319: the most that fits, of whatever is slow in some parser. */
const WORST: Readonly<Record<string, string>> = {
  dots: '.'.repeat(LENGTH),
  padding: '='.repeat(LENGTH),
  spaces: ' '.repeat(LENGTH),
  'one long header': `${'A'.repeat(LENGTH - 4)}.A.A`,
  'one long payload': `${header}.${'A'.repeat(LENGTH - header.length - 6)}.AAAA`,
  'one long signature': `${header}.${payload}.${'A'.repeat(LENGTH - header.length - payload.length - 2)}`,
  'letters of two octets': 'é'.repeat(LENGTH),
  'a header of lists': filled((n) => sealed(`{"alg":"ES256","x":${'['.repeat(n)}}`, CLAIMS)),
  'claims of lists': filled((n) => claims(`{${inside},"x":${'['.repeat(n)}`)),
  'claims of pairs of brackets': filled((n) => claims(`{${inside},"x":[${'[],'.repeat(n / 3)}1],"x":1}`)),
  'claims with many names': filled((n) =>
    claims(
      `{${inside},${Array.from({ length: n / 9 }, (_, index) => `"${index.toString(36)}":0`).join()},"0":1}`,
    ),
  ),
  'claims with one name many times': filled((n) =>
    claims(`{${inside},${Array.from({ length: n / 6 }, () => '"a":1').join()}}`),
  ),
  'claims of escapes': filled((n) => claims(`{${inside},"x":"${'\\u0041'.repeat(n / 6)}","x":1}`)),
  'claims of backslashes': filled((n) => claims(`{${inside},"x":"${'\\\\'.repeat(n / 2)}`)),
  'claims of quotation marks': filled((n) => claims(`{${inside},"x":"${'\\"'.repeat(n / 2)}","x":1}`)),
  'claims of digits': filled((n) => claims(`{${inside},"x":${'9'.repeat(n)}}`)),
  'claims of an exponent': filled((n) => claims(`{${inside},"x":1e${'0'.repeat(n)}999}`)),
  'a long audience': filled((n) =>
    claims(JSON.stringify({ ...CLAIMS, aud: Array.from({ length: n / 4 }, () => 'a') })),
  ),
  'a long type': filled((n) => sealed({ alg: 'ES256', typ: `application/${'a'.repeat(n)}` }, CLAIMS)),
  'a long algorithm': filled((n) => sealed({ alg: 'ES256'.repeat(n / 5) }, CLAIMS)),
  'a long content type': filled((n) =>
    sealed({ alg: 'ES256', cty: `${'+jwt'.repeat(n / 4)}x` }, CLAIMS, keyOf('ES256', 'stranger').sign),
  ),
  'a long key': filled((n) =>
    sealed({ alg: 'ES256', kid: 'x', jwk: { n: 'A'.repeat(n) } }, CLAIMS, keyOf('ES256', 'stranger').sign),
  ),
  'other keys in the header': filled((n) =>
    sealed(
      { alg: 'ES256', x5c: Array.from({ length: n / 8 }, () => 'AAAA') },
      CLAIMS,
      keyOf('ES256', 'stranger').sign,
    ),
  ),
  'a signature by a stranger': filled((n) =>
    sealed({ alg: 'ES256' }, { ...CLAIMS, x: 'x'.repeat(n) }, keyOf('ES256', 'stranger').sign),
  ),
}

const verify = verifier()

/** CPU of one refusal: the least of several, since others use the processor too. */
async function costOf(act: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage()
    await expect(act()).rejects.toBeInstanceOf(AuthError)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

describe('attack 319: a refusal of 16 KiB', () => {
  it.each(Object.entries(WORST))('%s', async (_, text) => {
    expect(text.length).toBeLessThanOrEqual(LENGTH)
    expect(await costOf(() => verify(text))).toBeLessThan(LIMIT_MILLISECONDS)
  })

  const text = filled((n) => sealed({ alg: 'ES256' }, { ...CLAIMS, iss: 'x'.repeat(n) }))
  it('with a thousand issuers', async () => {
    const issuers = Array.from({ length: 1000 }, (_, index) => ({
      issuer: `${ISSUER}/${index}`,
      audience: AUDIENCE,
      keys: KEY.source,
    }))
    const many = createVerifier({ issuers, clock: () => NOW })
    expect(await costOf(() => many(text))).toBeLessThan(LIMIT_MILLISECONDS)
  })
  it('with a hundred keys that the token could mean', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => ({ ...KEY.publicJwk, kid: `k${index}` }))
    const many = verifier({ keys: localJwks({ keys }) })
    expect(await costOf(() => many(text))).toBeLessThan(LIMIT_MILLISECONDS)
  })
  it('by the largest RSA key that is taken (attack 87)', async () => {
    const n = randomBytes(1024)
    n.writeUInt8(n.readUInt8(0) | 0x80, 0)
    n.writeUInt8(n.readUInt8(1023) | 1, 1023)
    const large = verifier({ keys: jwk({ kty: 'RSA', n: encode(n), e: encode(Buffer.alloc(4, 0xff)) }) })
    const forged = sealed({ alg: 'PS512' }, { ...CLAIMS, x: 'x'.repeat(9000) }, () =>
      Buffer.concat([Buffer.alloc(1), randomBytes(1023)]),
    )
    expect(await costOf(() => large(forged))).toBeLessThan(LIMIT_MILLISECONDS)
  })
})

describe('attacks 3 and 4: a refusal of whatever is longer', () => {
  it.each<[string, string]>([
    ['a million dots', '.'.repeat(1_000_000)],
    ['ten million letters', 'A'.repeat(10_000_000)],
    ['ten million letters and two dots', `${'A'.repeat(5_000_000)}.${'A'.repeat(5_000_000)}.A`],
    ['a million nested lists', claims('['.repeat(1_000_000))],
  ])('%s costs no more', async (_, text) => {
    expect(await costOf(() => verify(text))).toBeLessThan(LIMIT_MILLISECONDS)
  })
})
