import {
  createHash,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
} from 'node:crypto'
import { SMALL_ORDER_JWK, SMALL_ORDER_SIGNATURE } from '../../../testing/src/signing/weak-keys.js'
import { encode, NOW, segments, token } from '../attacks/support/forge.js'
import { ASYMMETRIC, keyOf, signer } from '../attacks/support/keys.js'
import { ADDRESS, outcomeOf, service } from './support/requests.js'
import { boundToken, clientKey, proof, sha256, thumbprintOf, TOKEN, withProof } from './support/dpop.js'
import { outcomes, type Requests } from './support/tables.js'

const EVERY = ASYMMETRIC
const serve = () => service({ dpop: 'required' })
const withHeader = (header: object) => () => withProof(proof({ header: header as Record<string, unknown> }))
const rows = (headers: Readonly<Record<string, object>>): Requests =>
  Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, withHeader(header)]))

outcomes('the proof that all others are made of', 'accepted', serve, {
  'as it is': () => withProof(),
  'the scheme in capitals': () => ({ headers: { authorization: `DPOP ${TOKEN}`, dpop: proof() } }),
  'a header that names an unknown parameter': withHeader({ kid: 'any', 'x-y': 1 }),
  'a jwk with alg, use, key_ops and kid': () =>
    withProof(
      proof({
        header: {
          jwk: { ...clientKey().publicJwk, alg: 'ES256', use: 'sig', key_ops: ['verify'], kid: 'mine' },
        },
      }),
    ),
})

describe('attack 211: every algorithm that is allowed works, with a key of its own', () => {
  it.each(EVERY)('%s', async (alg) => {
    const key = clientKey(alg)
    const bound = boundToken({}, key)
    const authenticate = service({ dpop: { mode: 'required', algorithms: EVERY as never } })
    expect(await outcomeOf(authenticate, withProof(proof({ key, token: bound }), bound))).toBe('accepted')
  })
})

const good = proof()
outcomes('attack 210: anything but one proof', 'dpop_proof_invalid', serve, {
  'no DPoP header': withProof([]),
  'an empty DPoP header': withProof(''),
  'white space only': withProof(' '),
  'two DPoP headers': () => withProof([proof(), proof()]),
  'the same header twice': withProof([good, good]),
  'a good one and an empty one': () => withProof([proof(), '']),
  'two proofs joined by a comma': () => withProof(`${proof()}, ${proof()}`),
  'two proofs joined by a comma without a space': () => withProof(`${proof()},${proof()}`),
  'a proof and a comma': () => withProof(`${proof()},`),
  'a scheme in front': () => withProof(`DPoP ${proof()}`),
  quoted: () => withProof(`"${proof()}"`),
  'white space around it': () => withProof(` ${proof()} `),
})

const [header, payload, signature] = segments(good)
outcomes('attack 211: no signed JWT', 'dpop_proof_invalid', serve, {
  garbage: withProof('garbage'),
  'two segments': withProof(`${header}.${payload}`),
  'four segments': withProof(`${good}.${signature}`),
  'five segments': withProof(`${good}.${signature}.${signature}`),
  'an empty signature': withProof(`${header}.${payload}.`),
  padding: withProof(`${good}=`),
  'JSON serialisation': withProof(JSON.stringify({ protected: header, payload, signature })),
  'more than 8 KiB': () => withProof(proof({ claims: { filler: 'x'.repeat(8192) } })),
  'a payload that is no object': () => withProof(`${header}.${encode('[]')}.${signature}`),
  'a header twice the same member': withProof(
    `${encode(`{"typ":"dpop+jwt","typ":"dpop+jwt","alg":"ES256","jwk":${JSON.stringify(clientKey().publicJwk)}}`)}.${payload}.${signature}`,
  ),
})

outcomes(
  'attack 211: another type',
  'dpop_proof_invalid',
  serve,
  rows({
    none: { typ: undefined },
    JWT: { typ: 'JWT' },
    'at+jwt': { typ: 'at+jwt' },
    'dpop+JWT': { typ: 'dpop+JWT' },
    'application/dpop+jwt': { typ: 'application/dpop+jwt' },
    'with a space behind': { typ: 'dpop+jwt ' },
    'a list': { typ: ['dpop+jwt'] },
    null: { typ: null },
  }),
)

outcomes(
  'attack 211: an algorithm that proves nothing, or none that is allowed',
  'dpop_proof_invalid',
  serve,
  {
    ...rows({
      missing: { alg: undefined },
      none: { alg: 'none' },
      None: { alg: 'None' },
      HS256: { alg: 'HS256' },
      'es256 in small letters': { alg: 'es256' },
      ES256K: { alg: 'ES256K' },
      'a name of Object': { alg: 'constructor' },
      'a list': { alg: ['ES256'] },
      'of another curve': { alg: 'ES384' },
      'of another family': { alg: 'RS256' },
    }),
    'HS256 with the public key as secret': () => {
      const pem = createPublicKey(clientKey().material.export({ format: 'pem', type: 'pkcs8' }))
      const secret = createSecretKey(Buffer.from(pem.export({ format: 'pem', type: 'spki' }) as string))
      return withProof(proof({ key: { ...clientKey(), alg: 'HS256', sign: signer('HS256', secret) } }))
    },
    'PS384, which must be asked for': () => {
      const key = clientKey('PS384')
      const bound = boundToken({}, key)
      return withProof(proof({ key, token: bound }), bound)
    },
  },
)

describe('attack 211: algorithms that the service does not take', () => {
  it('refuses a proof by another one', async () => {
    const authenticate = service({ dpop: { mode: 'required', algorithms: ['EdDSA'] } })
    expect(await outcomeOf(authenticate, withProof())).toBe('dpop_proof_invalid')
  })
})

outcomes(
  'attack 211: critical parameters',
  'dpop_proof_invalid',
  serve,
  rows({
    'one that is unknown': { crit: ['x-y'], 'x-y': 1 },
    'one that is there': { crit: ['jwk'] },
    'an empty list': { crit: [] },
    null: { crit: null },
    'b64 false': { b64: false, crit: ['b64'] },
    'b64 true': { b64: true },
    zip: { zip: 'DEF' },
    'cty JWT': { cty: 'JWT' },
  }),
)

const jwk = clientKey().publicJwk
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const weakJwk = weak.publicKey.export({ format: 'jwk' })
const privateJwk = clientKey().material.export({ format: 'jwk' })
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' })
const exponentOne = { ...clientKey('RS256').publicJwk, e: 'AQ' }

/** EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) for a modulus of 2048 bits. */
function paddedDigest(input: string): Buffer {
  const digestInfo = Buffer.concat([
    Buffer.from('3031300d060960864801650304020105000420', 'hex'),
    createHash('sha256').update(input).digest(),
  ])
  const padding = Buffer.alloc(256 - 3 - digestInfo.length, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo])
}

/** Bound to exactly the key in the header, so that nothing but the key's own weakness refuses it. */
const boundTo = (publicJwk: JsonWebKey, alg = 'ES256') => {
  const bound = token({ cnf: { jkt: thumbprintOf(publicJwk) } })
  return () => withProof(proof({ header: { jwk: publicJwk, alg }, token: bound }), bound)
}

outcomes('attack 212: a jwk that is none, or not public', 'dpop_proof_invalid', serve, {
  ...rows({
    missing: { jwk: undefined },
    null: { jwk: null },
    'a string': { jwk: JSON.stringify(jwk) },
    'a list': { jwk: [jwk] },
    'a set': { jwk: { keys: [jwk] } },
    empty: { jwk: {} },
    'without kty': { jwk: { ...jwk, kty: undefined } },
    'without y': { jwk: { ...jwk, y: undefined } },
    'with a point that is not on the curve': { jwk: { ...jwk, y: jwk.x } },
    'with a coordinate that is too long': { jwk: { ...jwk, x: `AA${jwk.x}` } },
    'of use enc': { jwk: { ...jwk, use: 'enc' } },
    'of key_ops without verify': { jwk: { ...jwk, key_ops: ['sign'] } },
    'whose alg is another one': { jwk: { ...jwk, alg: 'ES384' } },
    'whose alg encrypts': { jwk: { ...jwk, alg: 'ECDH-ES' } },
    'a jku instead': { jwk: undefined, jku: 'https://client.example.com/jwks' },
    'an x5c instead': { jwk: undefined, x5c: ['AAAA'] },
  }),
  'with the private member': boundTo(privateJwk),
  'with an empty private member': boundTo({ ...jwk, d: '' }),
  'with a member k': boundTo({ ...jwk, k: 'AAAA' }),
  'a symmetric key': () => {
    const key = keyOf('HS256', 'client')
    const octets = { kty: 'oct', k: key.material.export().toString('base64url') }
    const bound = token({ cnf: { jkt: sha256(JSON.stringify({ k: octets.k, kty: 'oct' })) } })
    return withProof(proof({ key, header: { jwk: octets }, token: bound }), bound)
  },
  'on a curve that is not supported': boundTo(secp256k1, 'ES256K'),
})

outcomes('attack 212: a key so weak that its proof proves nothing', 'dpop_proof_invalid', serve, {
  'RSA of 1024 bits, signed': () => {
    const bound = token({ cnf: { jkt: thumbprintOf(weakJwk) } })
    const key = { ...clientKey('RS256'), publicJwk: weakJwk, sign: signer('RS256', weak.privateKey) }
    return withProof(proof({ key, token: bound }), bound)
  },
  'RSA with the exponent 1, whose signature is the padded digest itself': () => {
    const bound = token({ cnf: { jkt: thumbprintOf(exponentOne) } })
    const key = { ...clientKey('RS256'), publicJwk: exponentOne, sign: paddedDigest }
    return withProof(proof({ key, token: bound }), bound)
  },
  'an Ed25519 point of small order, with its signature': () => {
    const { crv, kty, x } = SMALL_ORDER_JWK
    const small = { crv, kty, x } as JsonWebKey
    const bound = token({ cnf: { jkt: thumbprintOf(small) } })
    const key = {
      ...clientKey('EdDSA'),
      publicJwk: small,
      sign: () => Buffer.from(SMALL_ORDER_SIGNATURE),
    }
    expect(createPublicKey({ format: 'jwk', key: small }).asymmetricKeyType).toBe('ed25519')
    return withProof(proof({ key, token: bound }), bound)
  },
})

const stranger = keyOf('ES256', 'stranger')
outcomes('attack 213: signed by another key than the one in the header', 'dpop_proof_invalid', serve, {
  'by a stranger': () => withProof(proof({ key: { ...stranger, publicJwk: jwk } })),
  'by the issuer of the token': () => withProof(proof({ key: { ...keyOf('ES256'), publicJwk: jwk } })),
  'the signature of another proof': () => {
    const [head, body] = segments(proof())
    return withProof(`${head}.${body}.${segments(proof())[2]}`)
  },
  'another payload under the signature': () => {
    const [head, , end] = segments(proof())
    return withProof(`${head}.${segments(proof({ claims: { htm: 'DELETE' } }))[1]}.${end}`)
  },
  'a bit flipped': () => {
    const one = proof()
    const at = one.lastIndexOf('.') + 10
    return withProof(`${one.slice(0, at)}${one[at] === 'A' ? 'B' : 'A'}${one.slice(at + 1)}`)
  },
})

outcomes('attack 214: a good proof by a key that the token is not bound to', 'proof_key_mismatch', serve, {
  'a stranger with his own key': () => withProof(proof({ key: stranger })),
  'the client with another key': () => withProof(proof({ key: clientKey('EdDSA') })),
})

test('a header that was remembered vouches for no other token and no other key', async () => {
  const authenticate = serve()
  for (let times = 0; times < 3; times++) {
    expect(await outcomeOf(authenticate, withProof())).toBe('accepted')
    const others = boundToken({}, clientKey('EdDSA'))
    expect(await outcomeOf(authenticate, withProof(proof({ token: others }), others))).toBe(
      'proof_key_mismatch',
    )
    expect(await outcomeOf(authenticate, withProof(proof({ key: { ...stranger, publicJwk: jwk } })))).toBe(
      'dpop_proof_invalid',
    )
  }
})

test('the proof that all rows are made of holds at its own time and place', () => {
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  expect(claims).toMatchObject({ htm: 'GET', htu: ADDRESS, iat: NOW, ath: sha256(TOKEN) })
})
