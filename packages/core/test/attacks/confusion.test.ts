import { createHmac, createPublicKey } from 'node:crypto'
import { localJwks } from '../../src/keys/local-jwks.js'
import { jwk } from '../../src/keys/jwk.js'
import { pem } from '../../src/keys/pem.js'
import type { KeySource } from '../../src/keys/key-source.js'
import { CLAIMS, encode, sealed, verifier } from './support/forge.js'
import { keyOf, type TestKey } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'

/** Everything public of a key that a careless verifier might take for a shared secret. */
function publicThings(key: TestKey): Readonly<Record<string, string | Buffer>> {
  const { publicJwk, material } = key
  const publicKey = createPublicKey(material.export({ format: 'pem', type: 'pkcs8' }))
  const spki = publicKey.export({ format: 'pem', type: 'spki' }) as string
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const body = spki.replace(/-----[A-Z ]+-----|\n/g, '')
  const { n, x, y } = publicJwk
  const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64url')
  return {
    PEM: spki,
    'PEM without its last line feed': spki.trim(),
    'PEM with CRLF': spki.replaceAll('\n', '\r\n'),
    'PEM in one line': spki.replaceAll('\n', ''),
    'PEM behind a space': ` ${spki}`,
    'PEM behind a line feed': `\n${spki}`,
    'PEM behind a comment': `#\n${spki}`,
    'PEM behind a byte order mark': `\ufeff${spki}`,
    'the body of PEM': body,
    'the decoded body': Buffer.from(body, 'base64'),
    DER: der,
    'DER in base64': der.toString('base64'),
    'DER in hexadecimal': der.toString('hex'),
    JWK: JSON.stringify(publicJwk),
    'JWK with id and algorithm': JSON.stringify({ ...publicJwk, kid: 'k', alg: key.alg }),
    JWKS: JSON.stringify({ keys: [publicJwk] }),
    ...(n === undefined
      ? {}
      : {
          'PKCS #1 as PEM': publicKey.export({ format: 'pem', type: 'pkcs1' }),
          'PKCS #1 as DER': publicKey.export({ format: 'der', type: 'pkcs1' }),
          'the modulus as text': n,
          'the modulus': decoded(n),
          'the exponent': decoded('AQAB'),
        }),
    ...(x === undefined
      ? {}
      : { 'x as text': x, x: decoded(x), 'x and y': Buffer.concat([decoded(x), decoded(y)]) }),
    ...(y === undefined ? {} : { 'the point': Buffer.concat([Buffer.from([4]), decoded(x), decoded(y)]) }),
    nothing: '',
    undefined: 'undefined',
    null: 'null',
    'an object as text': '[object Object]',
    'the key id': 'k',
    'the word secret': 'secret',
  }
}

const SIZES = [256, 384, 512] as const

describe.each(['RS256', 'PS256', 'ES256', 'ES512', 'EdDSA'] as const)(
  'attacks 40, 42 and 46: the public key of %s as the secret of HMAC',
  (alg) => {
    const key = keyOf(alg)
    const spki = createPublicKey(key.material.export({ format: 'pem', type: 'pkcs8' })).export({
      format: 'pem',
      type: 'spki',
    })
    const sources: readonly KeySource[] = [
      key.source,
      jwk(key.publicJwk),
      pem(spki as string, alg),
      localJwks({ keys: [{ ...key.publicJwk, kid: 'k' }] }),
    ]
    const verifiers = sources.map((keys) => verifier({ keys }))
    it.each(Object.entries(publicThings(key)))('%s', async (_, thing) => {
      for (const size of SIZES) {
        const mac = (input: string) => createHmac(`sha${size}`, thing).update(input).digest()
        const forged = [{ alg: `HS${size}` }, { alg: `HS${size}`, kid: 'k' }].map((header) =>
          sealed(header, CLAIMS, mac),
        )
        for (const text of forged) {
          for (const verify of verifiers) {
            expect(['algorithm_not_allowed', 'key_unknown']).toContain(await outcomeOf(verify, text))
          }
        }
      }
      // The name of the right algorithm does not help.
      const mac = (input: string) => createHmac('sha256', thing).update(input).digest()
      expect(await outcomeOf(verifiers[1] ?? verifier(), sealed({ alg, kid: 'k' }, CLAIMS, mac))).toBe(
        'signature_invalid',
      )
    })
  },
)

describe('attack 49: a token with a public-key algorithm where a secret is shared', () => {
  it.each(['RS256', 'PS384', 'ES256', 'EdDSA', 'HS384', 'none'])('%s', async (alg) => {
    const verify = verifier({ keys: keyOf('HS256').source })
    expect(await outcomeOf(verify, sealed({ alg }, CLAIMS, keyOf('RS256').sign))).toBe(
      'algorithm_not_allowed',
    )
    expect(await outcomeOf(verify, sealed({ alg }, CLAIMS, keyOf('HS256').sign))).toBe(
      'algorithm_not_allowed',
    )
    const embedded = sealed(
      { alg, jwk: keyOf('RS256').publicJwk, x: encode('x') },
      CLAIMS,
      keyOf('RS256').sign,
    )
    expect(await outcomeOf(verify, embedded)).toBe('algorithm_not_allowed')
  })
})
