import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { importJWK, jwtVerify } from 'jose'
import { jwk } from '../../src/keys/jwk.js'
import { littleEndian } from '../attacks/support/big-endian.js'
import { AUDIENCE, CLAIMS, ISSUER, NOW, sealed, verifier } from '../attacks/support/forge.js'
import { keyOf } from '../attacks/support/keys.js'
import { outcomeOf } from '../attacks/support/outcome-of.js'
import { settings } from '../property/settings.js'
import { FEATURES, tokenWith } from './draft.js'

const { publicJwk } = keyOf('ES256')
const verify = verifier()
let key: Awaited<ReturnType<typeof importJWK>>
beforeAll(async () => {
  key = await importJWK(publicJwk, 'ES256')
})

/** jose with the expectations of our defaults, where it has an option for them. */
const asked = {
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['ES256'],
  clockTolerance: 5,
  currentDate: new Date(NOW * 1000),
  requiredClaims: ['exp'],
}

async function joseAccepts(text: string): Promise<boolean> {
  try {
    await jwtVerify(text, key, asked)
    return true
  } catch {
    return false
  }
}

const weAccept = async (text: string) => (await outcomeOf(verify, text)) === 'accepted'

/**
 * Every difference, and its reason. In all of them we refuse what jose accepts; the other way round there is none.
 */
const REFUSED_BY_US_ONLY: Readonly<Record<string, string>> = {
  'typ of another kind':
    'logout tokens, proofs and others have rules of their own (attack 76); jose asks for typ only',
  'typ that is no text': 'a member of the wrong type is not the same as an absent one (attack 77)',
  'kid that is no text': 'the same (attack 69)',
  'kid of 300 characters': 'a key id is bounded (attack 70)',
  'cty JWT': 'a token within is not expected (attack 75)',
  zip: 'nothing is ever inflated (attack 73)',
  'crit b64 true': 'no extension is supported, so nothing can be critical (attack 71)',
  'b64 without crit': 'a verifier that knows b64 would read another payload (attack 72)',
  'header with alg twice': 'parsers differ in which one counts (attack 24)',
  'header with __proto__': 'no member is called so (attack 30)',
  'header of 40 levels': 'depth is bounded by 32 (attack 25)',
  'header with 1e400': 'no finite number, which parsers read differently (attack 28)',
  'header with a byte order mark': 'RFC 8259 section 8.1 (attack 21); TextDecoder drops it silently',
  'iat in the future': 'a token from the future is the sign of a wrong clock (attack 107)',
  'iat after exp': 'dates that contradict each other (attack 108)',
  'aud in a list with a number': 'an audience is text (attack 115)',
  'sub a number': 'claims have strict types (attack 120)',
  'jti a number': 'the same (attack 121)',
  'client_id a list': 'the same (attack 114)',
  cnf: 'a bound token is no bearer token (attack 128)',
  'claims with a member twice': 'parsers differ in which one counts (attack 24)',
  'claims with sub twice': 'the same',
  'claims with __proto__': 'no claim is called so (attack 30)',
  'claims of 40 levels': 'depth is bounded by 32 (attack 25)',
  'claims with 1e400': 'no finite number (attack 28)',
  'claims with a byte order mark': 'RFC 8259 section 8.1 (attack 21)',
  'header padded': 'RFC 7515 section 2 (attack 13)',
  'payload padded': 'the same',
  'payload with a space': 'RFC 7515 section 2 (attack 15)',
  'payload with a line feed': 'the same',
  'payload with stray bits': 'RFC 4648 section 3.5 (attack 17)',
  'signature with stray bits': 'the same: a token would have a second spelling',
  'signature padded': 'RFC 7515 section 2 (attack 13)',
  'signature with a space': 'RFC 7515 section 2 (attack 15)',
  'a space behind': 'the same (attack 1)',
  'a line feed behind': 'the same (attack 1)',
  'longer than 16 KiB': 'size is bounded (attack 3)',
}

describe('one oddity at a time', () => {
  it.each(Object.keys(FEATURES))('%s: agrees, or differs for a listed reason', async (name) => {
    const text = tokenWith([name])
    const difference = [await weAccept(text), await joseAccepts(text)]
    if (Object.hasOwn(REFUSED_BY_US_ONLY, name)) expect(difference).toEqual([false, true])
    else expect(difference[0]).toBe(difference[1])
  })
  it('lists nothing that does not exist', () => {
    expect(Object.keys(REFUSED_BY_US_ONLY).filter((name) => !Object.hasOwn(FEATURES, name))).toEqual([])
  })
  it('has tokens that both accept', async () => {
    for (const names of [[], ['typ JWT', 'kid', 'aud in a list', 'exp as a float', 'claims with umlauts']]) {
      expect([await weAccept(tokenWith(names)), await joseAccepts(tokenWith(names))]).toEqual([true, true])
    }
  })
})

describe('weak keys', () => {
  const identity = { kty: 'OKP', crv: 'Ed25519', x: littleEndian(1n, 32).toString('base64url') }
  const exponentOne = { kty: 'RSA', n: String(keyOf('RS256').publicJwk.n), e: 'AQ' }
  /** With the exponent 1 a signature is the encoded hash itself (RFC 8017 section 9.2). */
  const encodedHash = (input: string) => {
    const info = Buffer.from('3031300d060960864801650304020105000420', 'hex')
    const hash = createHash('sha256').update(input).digest()
    const filler = Buffer.alloc(256 - 3 - info.length - hash.length, 0xff)
    return Buffer.concat([Buffer.from([0, 1]), filler, Buffer.from([0]), info, hash])
  }
  it.each([
    ['EdDSA', identity, () => Buffer.concat([littleEndian(1n, 32), Buffer.alloc(32)]), /small order/],
    ['RS256', exponentOne, encodedHash, /exponent/],
  ] as const)(
    '%s: what anybody can forge, jose accepts, and we do not load the key',
    async (alg, weak, sign, why) => {
      const forged = sealed({ alg }, CLAIMS, sign)
      const options = { ...asked, algorithms: [alg] }
      expect((await jwtVerify(forged, await importJWK(weak, alg), options)).payload.sub).toBe(CLAIMS.sub)
      expect(() => jwk(weak)).toThrow(why)
    },
  )
})

describe('several oddities together', () => {
  it('differ only where one of them does', async () => {
    let differences = 0
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...Object.keys(FEATURES)), { minLength: 2, maxLength: 4 }),
        async (names) => {
          const text = tokenWith(names)
          const [ours, theirs] = [await weAccept(text), await joseAccepts(text)]
          if (ours === theirs) return
          differences++
          expect([ours, theirs]).toEqual([false, true])
          expect(names.some((name) => Object.hasOwn(REFUSED_BY_US_ONLY, name))).toBe(true)
        },
      ),
      settings(600),
    )
    expect(differences).toBeGreaterThan(20)
  })
})
