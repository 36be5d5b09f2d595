import { createPublicKey, generateKeyPairSync, sign, constants, type KeyObject } from 'node:crypto'
import { pem } from '../../src/keys/pem.js'
import { ConfigurationError } from '../../src/outcome/configuration-error.js'
import { certificate } from './support/certificate.js'
import { token, verifier } from './support/forge.js'
import { keyOf } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'

const privatePem = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }) as string
const publicPem = (key: KeyObject, type: 'spki' | 'pkcs1' = 'spki') =>
  createPublicKey(privatePem(key)).export({ format: 'pem', type: type }) as string

const rsa = keyOf('RS256').material
const ec = keyOf('ES256').material
const RSA = publicPem(rsa)
const EC = publicPem(ec)

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return (error as Error).message
  }
  return 'nothing was thrown'
}

describe('attack 97: PEM that is not exactly one public key', () => {
  it.each<[string, unknown]>([
    ['nothing', ''],
    ['undefined', undefined],
    ['octets', Buffer.from(RSA)],
    ['a KeyObject', createPublicKey(RSA)],
    ['two keys', RSA + EC],
    ['the same key twice', RSA + RSA],
    ['a private key', privatePem(rsa)],
    ['a public key and a private one', RSA + privatePem(rsa)],
    ['a private key and a public one', privatePem(rsa) + RSA],
    ['a traditional private key', rsa.export({ format: 'pem', type: 'pkcs1' })],
    [
      'an encrypted private key',
      rsa.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'x' }),
    ],
    ['junk in front', `junk\n${RSA}`],
    ['junk behind', `${RSA}junk`],
    ['a comment in front', `# key\n${RSA}`],
    ['attributes in front', `Bag Attributes\n    friendlyName: k\n${RSA}`],
    ['a header within', RSA.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n')],
    ['labels that differ', RSA.replace('END PUBLIC', 'END RSA PUBLIC')],
    ['another label', RSA.replaceAll('PUBLIC KEY', 'CERTIFICATE REQUEST')],
    ['no end', RSA.replace(/-----END.*/, '')],
    ['no beginning', RSA.replace(/.*BEGIN.*\n/, '')],
    ['no contents', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----'],
    ['contents that are none', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['SSH', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ'],
    ['a JWK', JSON.stringify(keyOf('RS256').publicJwk)],
    ['a shared secret', 'a shared secret that is long enough for HS256'],
    ['a private key under the label of a public one', privatePem(rsa).replaceAll('PRIVATE', 'PUBLIC')],
    ['a public key under the label of a certificate', RSA.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
  ])('%s', (_, text) => {
    expect(messageOf(() => pem(text as string, 'RS256'))).toMatch(
      /^pem\(\): (?:expects exactly one block|the key cannot be read)/,
    )
  })

  it.each<[string, string]>([
    ['as it is', RSA],
    ['with CRLF', RSA.replaceAll('\n', '\r\n')],
    ['with white space around', `\n\n${RSA}\n \n`],
    ['in one line', RSA.replace(/(?<!-)\n(?!-)/g, '')],
    ['as PKCS #1', publicPem(rsa, 'pkcs1')],
  ])('takes one key %s', async (_, text) => {
    const verify = verifier({ keys: pem(text, 'RS256') })
    expect(await outcomeOf(verify, token({}, {}, keyOf('RS256')))).toBe('accepted')
    expect(await outcomeOf(verify, token({}, {}, keyOf('RS512')))).toBe('algorithm_not_allowed')
  })
})

describe('attack 53: PEM for another algorithm', () => {
  it.each<[string, unknown]>([
    ['none given', undefined],
    ['none', 'none'],
    ['HMAC', 'HS256'],
    ['another case', 'rs256'],
    ['a list', ['RS256']],
    ['a member of every object', 'toString'],
  ])('%s', (_, alg) => {
    expect(messageOf(() => pem(RSA, alg as 'RS256'))).toMatch(
      /^pem\(\): expects the algorithm that the key is for/,
    )
  })
  it.each([
    ['ES256', RSA],
    ['EdDSA', RSA],
    ['RS256', EC],
    ['ES384', EC],
    ['EdDSA', EC],
    ['ES256', publicPem(keyOf('EdDSA').material)],
  ] as const)('%s with a key of another type', (alg, text) => {
    expect(messageOf(() => pem(text, alg))).toMatch(/does not fit/)
  })
})

describe('attacks 86 to 92: weak keys as PEM', () => {
  it('refuses 1024 bits', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    expect(messageOf(() => pem(publicPem(privateKey), 'RS256'))).toMatch(/under 2048 bits/)
  })
  it('refuses the exponent 1', () => {
    const key = createPublicKey({ format: 'jwk', key: { ...keyOf('RS256').publicJwk, e: 'AQ' } })
    expect(messageOf(() => pem(key.export({ format: 'pem', type: 'spki' }) as string, 'RS256'))).toMatch(
      /exponent/,
    )
  })
  it('refuses small order', () => {
    const x = Buffer.alloc(32).toString('base64url')
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
    expect(messageOf(() => pem(key.export({ format: 'pem', type: 'spki' }) as string, 'EdDSA'))).toMatch(
      /small order/,
    )
  })
  it.each(['x25519', 'ed448'] as const)('refuses %s', (type) => {
    const { publicKey } = generateKeyPairSync(type as 'ed448')
    const text = publicKey.export({ format: 'pem', type: 'spki' }) as string
    expect(messageOf(() => pem(text, 'EdDSA'))).toMatch(/is not an RSA, P-256/)
  })
  it('refuses secp256k1', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    expect(messageOf(() => pem(publicPem(privateKey), 'ES256'))).toMatch(/curve other than/)
  })
})

describe('RSASSA-PSS keys', () => {
  const pssKey = (parameters: object) =>
    generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...parameters })
  const free = pssKey({})
  const limited = pssKey({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256' })
  const textOf = ({ publicKey }: typeof free) => publicKey.export({ format: 'pem', type: 'spki' }) as string
  const signBy = (key: KeyObject) => (input: string) =>
    sign('sha256', Buffer.from(input), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })

  it.each([
    ['without parameters', free],
    ['with those of PS256', limited],
  ])('%s verify PS256', async (_, pair) => {
    const verify = verifier({ keys: pem(textOf(pair), 'PS256') })
    const good = token({}, {}, { ...keyOf('PS256'), sign: signBy(pair.privateKey) })
    expect(await outcomeOf(verify, good)).toBe('accepted')
    expect(await outcomeOf(verify, token({}, {}, keyOf('PS256')))).toBe('signature_invalid')
  })
  it('verify no other padding', () => {
    expect(messageOf(() => pem(textOf(free), 'RS256'))).toMatch(/for RSASSA-PSS only; use PS256/)
  })
  it('verify nothing that their parameters exclude', () => {
    expect(messageOf(() => pem(textOf(limited), 'PS512'))).toMatch(/limited to RSASSA-PSS with sha256/)
    const mixed = pssKey({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha1' })
    expect(messageOf(() => pem(textOf(mixed), 'PS256'))).toMatch(/limited to RSASSA-PSS/)
  })
})

describe('attack 96: a certificate that the service was given', () => {
  const expired = certificate(ec, '200101000000Z', '210101000000Z')
  it('is the key in it, whatever its dates say', async () => {
    const verify = verifier({ keys: pem(expired, 'ES256') })
    expect(await outcomeOf(verify, token())).toBe('accepted')
    expect(await outcomeOf(verify, token({}, {}, keyOf('ES256', 'stranger')))).toBe('signature_invalid')
  })
  it('is one, not a chain', () => {
    expect(messageOf(() => pem(expired + expired, 'ES256'))).toMatch(/exactly one block/)
  })
})
