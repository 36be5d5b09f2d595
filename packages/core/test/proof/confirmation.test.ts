import { calculateJwkThumbprint } from 'jose'
import { jwkThumbprint } from '../../src/proof/thumbprint.js'
import { sealed, token, CLAIMS } from '../attacks/support/forge.js'
import { clientKey, proof, thumbprintOf, withProof } from './support/dpop.js'
import { service } from './support/requests.js'
import { outcomes, type Requests } from './support/tables.js'

const JKT = thumbprintOf(clientKey().publicJwk)
const CERTIFICATE = 'A'.repeat(43)
const rows = (confirmations: Readonly<Record<string, unknown>>): Requests =>
  Object.fromEntries(
    Object.entries(confirmations).map(([name, cnf]) => [
      name,
      () => {
        const bound = token({ cnf })
        return withProof(proof({ token: bound }), bound)
      },
    ]),
  )
const dpop = () => service({ dpop: 'required' })
const both = () => service({ dpop: 'optional', mutualTls: 'optional' })

outcomes(
  'attack 214: cnf that names the key',
  'accepted',
  dpop,
  rows({
    'by jkt': { jkt: JKT },
    'beside members that nobody knows': { jkt: JKT, 'x5t#S512': 'x', kid: 'a', other: [1] },
  }),
)

outcomes(
  'attack 214: cnf of another form',
  'claim_invalid',
  dpop,
  rows({
    'a string': JKT,
    'an empty string': '',
    'a list': [{ jkt: JKT }],
    null: null,
    'a number': 1,
    true: true,
    'jkt a number': { jkt: 1 },
    'jkt null': { jkt: null },
    'jkt a list': { jkt: [JKT] },
    'jkt empty': { jkt: '' },
    'jkt with padding': { jkt: `${JKT}=` },
    'jkt too short': { jkt: JKT.slice(1) },
    'jkt too long': { jkt: `${JKT}A` },
    'jkt in the other alphabet': { jkt: `${JKT.slice(0, -1)}+` },
    'jkt in hexadecimal': { jkt: Buffer.from(JKT, 'base64url').toString('hex') },
  }),
)

outcomes(
  'attack 214: jkt of another key',
  'proof_key_mismatch',
  dpop,
  rows({
    'of nobody': { jkt: 'A'.repeat(43) },
    'in another case': { jkt: JKT.replace(/[a-z]/, (letter) => letter.toUpperCase()) },
    'with a stray bit in its last character': {
      jkt:
        JKT.slice(0, -1) +
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.charAt(
          'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(JKT.slice(-1)) ^ 1,
        ),
    },
  }),
)

outcomes(
  'attack 128: a binding that is not checked here',
  'proof_required',
  dpop,
  rows({
    'to a certificate': { 'x5t#S256': CERTIFICATE },
    'to a key by value': { jwk: clientKey().publicJwk },
    'to a key id': { kid: 'a' },
    'to nothing': {},
  }),
)

outcomes(
  'attack 227: bound to a key and to a certificate',
  'claim_invalid',
  both,
  rows({
    'both well formed': { jkt: JKT, 'x5t#S256': CERTIFICATE },
    'one of them null': { jkt: JKT, 'x5t#S256': null },
  }),
)

outcomes('attack 24: cnf that readers read differently', 'token_malformed', dpop, {
  'jkt twice': () => {
    const payload = JSON.stringify(CLAIMS).replace('}', `,"cnf":{"jkt":"${CERTIFICATE}","jkt":"${JKT}"}}`)
    const bound = sealed({ alg: 'ES256' }, payload)
    return withProof(proof({ token: bound }), bound)
  },
  'cnf twice': () => {
    const payload = JSON.stringify(CLAIMS).replace(
      '}',
      `,"cnf":{"jkt":"${CERTIFICATE}"},"cnf":{"jkt":"${JKT}"}}`,
    )
    const bound = sealed({ alg: 'ES256' }, payload)
    return withProof(proof({ token: bound }), bound)
  },
})

describe('thumbprints are those of jose', () => {
  it.each(['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const)('%s', async (alg) => {
    const { publicJwk } = clientKey(alg)
    const expected = await calculateJwkThumbprint(publicJwk)
    expect(jwkThumbprint({ ...publicJwk, alg, kid: 'ignored' })).toBe(expected)
    expect(thumbprintOf(publicJwk)).toBe(expected)
  })
})
