import { createPublicKey, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { secret } from '../../src/keys/secret.js'
import { ConfigurationError } from '../../src/outcome/configuration-error.js'
import { encode, token, verifier } from './support/forge.js'
import { keyOf, signer, type TestKey } from './support/keys.js'
import { outcomeOf } from './support/outcome-of.js'

function thrownBy(act: () => unknown): ConfigurationError {
  try {
    act()
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const kinds = {
  RSA: 'RS256',
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
} as const

const ssh = (type: string, ...parts: readonly Buffer[]) =>
  Buffer.concat([Buffer.from(type), ...parts].flatMap((part) => [Buffer.from([0, 0, 0, part.length]), part]))

/** Every text and every run of octets in which a key is likely to be pasted. */
function spellingsOf({ material, publicJwk }: TestKey): Readonly<Record<string, string | Buffer>> {
  const key = createPublicKey(material.export({ format: 'pem', type: 'pkcs8' }))
  const spki = key.export({ format: 'pem', type: 'spki' }) as string
  const der = key.export({ format: 'der', type: 'spki' })
  const body = spki.replace(/-----[A-Z ]+-----/g, '')
  return {
    PEM: spki,
    'PEM without its last line feed': spki.trim(),
    'PEM with CRLF': spki.replaceAll('\n', '\r\n'),
    'PEM behind a space': ` ${spki}`,
    'PEM behind a line feed': `\n${spki}`,
    'PEM behind a comment': `# key\n${spki}`,
    'PEM behind a byte order mark': `\ufeff${spki}`,
    'PEM in one line': spki.replaceAll('\n', '\\n'),
    'PEM in quotation marks': JSON.stringify(spki),
    'PEM in UTF-16': Buffer.from(spki, 'utf16le'),
    'PEM in UTF-16 with a mark': Buffer.from(`\ufeff${spki}`, 'utf16le'),
    'PEM in base64': Buffer.from(spki).toString('base64'),
    'PEM in base64url': encode(spki),
    'PEM in hexadecimal': Buffer.from(spki).toString('hex'),
    'the body of PEM': body,
    'the body of PEM in one line': body.replaceAll('\n', ''),
    'the body of PEM with escapes': body.replaceAll('\n', '\\n'),
    'the body of PEM in quotation marks': `"${body.trim()}"`,
    DER: der,
    'DER with a line feed behind': Buffer.concat([der, Buffer.from('\n')]),
    'DER in base64url': encode(der),
    'DER in hexadecimal': der.toString('hex'),
    'DER in capital hexadecimal': der.toString('hex').toUpperCase(),
    'DER in hexadecimal with colons': (der.toString('hex').match(/../g) ?? []).join(':'),
    JWK: JSON.stringify(publicJwk),
    'JWK, indented': JSON.stringify(publicJwk, null, 2),
    'JWK with escaped names': JSON.stringify(publicJwk).replace('"kty"', '"\\u006bty"'),
    'JWK in base64url': encode(publicJwk),
    'JWK in UTF-16': Buffer.from(JSON.stringify(publicJwk), 'utf16le'),
    JWKS: JSON.stringify({ keys: [publicJwk] }),
    'the private key as PEM': material.export({ format: 'pem', type: 'pkcs8' }),
    'the private key as DER': material.export({ format: 'der', type: 'pkcs8' }),
    'the private key as JWK': JSON.stringify(material.export({ format: 'jwk' })),
  }
}

describe.each(Object.entries(kinds))('attack 41: a secret that is a key, %s', (_, alg) => {
  it.each(Object.entries(spellingsOf(keyOf(alg))))('%s', (_name, spelling) => {
    const error = thrownBy(() => secret(Buffer.from(spelling), 'HS256'))
    expect(error.message).toMatch(/looks like a public key.*pem\(text, 'RS256'\)/)
  })
})

describe('attack 41: a secret that is a key of some other make', () => {
  const rsa = keyOf('RS256').material
  const { x = '', y = '' } = keyOf('ES256').publicJwk
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  const ed25519 = Buffer.from(String(keyOf('EdDSA').publicJwk.x), 'base64url')
  const others: Readonly<Record<string, string | Buffer>> = {
    'PKCS #1, public': createPublicKey(rsa.export({ format: 'pem', type: 'pkcs8' })).export({
      format: 'pem',
      type: 'pkcs1',
    }),
    'PKCS #1, public, as DER': createPublicKey(rsa.export({ format: 'pem', type: 'pkcs8' })).export({
      format: 'der',
      type: 'pkcs1',
    }),
    'PKCS #1, private, as DER': rsa.export({ format: 'der', type: 'pkcs1' }),
    'SEC 1, private': keyOf('ES256').material.export({ format: 'pem', type: 'sec1' }),
    'SSH, Ed25519': `ssh-ed25519 ${ssh('ssh-ed25519', ed25519).toString('base64')} me@example.com`,
    'SSH, without its type in front': ssh('ssh-ed25519', ed25519).toString('base64'),
    'SSH, as octets': ssh('ssh-ed25519', ed25519),
    'SSH, ECDSA': `ecdsa-sha2-nistp256 ${ssh('ecdsa-sha2-nistp256', Buffer.from('nistp256'), point).toString('base64')}`,
    'SSH, RSA behind options': 'no-pty ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ',
    'SSH, RSA, behind a byte order mark': '\ufeffssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ',
    'SSH, a security key': 'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t',
    SSH2: '---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2E\n---- END SSH2 PUBLIC KEY ----',
    PGP: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n-----END PGP PUBLIC KEY BLOCK-----',
    'a certificate': `-----BEGIN CERTIFICATE-----\n${randomBytes(60).toString('base64')}\n-----END CERTIFICATE-----`,
    'XML of .NET': '<RSAKeyValue><Modulus>AAAA</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>',
    'a point': point,
    'a point in base64url': encode(point),
    'a point in hexadecimal': point.toString('hex'),
  }
  it.each(Object.entries(others))('%s', (_, spelling) => {
    expect(thrownBy(() => secret(Buffer.from(spelling), 'HS256')).message).toMatch(/looks like a public key/)
  })

  it('takes random secrets in whatever spelling, some hundreds of each', () => {
    for (let count = 0; count < 250; count++) {
      const bytes = randomBytes(32 + (count % 120))
      for (const spelling of [bytes, bytes.toString('hex'), bytes.toString('base64'), encode(bytes)]) {
        expect(secret(Buffer.from(spelling), 'HS256').key.algorithms).toEqual(['HS256'])
      }
    }
  })
  it('takes octets of the length of a point that are none', () => {
    for (const length of [65, 97, 133]) {
      const octets = randomBytes(length)
      octets.writeUInt8(4, 0)
      expect(secret(octets, 'HS256').key.algorithms).toEqual(['HS256'])
    }
  })
})

describe('attack 91: a secret that is none', () => {
  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const)('%s needs %i octets', (alg, length) => {
    for (const short of [0, 1, 16, 31, 47, 63].filter((octets) => octets < length)) {
      const message = thrownBy(() => secret(randomBytes(short), alg)).message
      expect(message).toContain(`at least ${length} bytes for ${alg}`)
    }
    expect(secret(randomBytes(length), alg).key.algorithms).toEqual([alg])
  })

  it.each(['secret', 'password', 'your-256-bit-secret', 'changeme', ''])('%j is too short', (word) => {
    expect(() => secret(Buffer.from(word), 'HS256')).toThrow(/at least 32 bytes/)
  })
  it.each([
    'a-string-secret-at-least-256-bits-long',
    'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
    '\0'.repeat(32),
    'x'.repeat(64),
  ])('%j is known to everybody', (word) => {
    expect(() => secret(Buffer.from(word), 'HS256')).toThrow(/crypto\.randomBytes/)
  })

  it.each<[string, unknown]>([
    ['text', 'a text that is longer than thirty-two characters'],
    ['nothing', undefined],
    ['null', null],
    ['a list of numbers', Array.from({ length: 32 }, (_, index) => index)],
    ['an ArrayBuffer', new ArrayBuffer(32)],
    ['words of 16 bits', new Uint16Array(32).fill(7, 1)],
    ['an object like octets', { length: 32, 0: 1 }],
    ['a KeyObject', generateKeyPairSync('ed25519').publicKey],
  ])('%s is no octets', (_, value) => {
    expect(thrownBy(() => secret(value as Uint8Array, 'HS256')).message).toMatch(/^secret\(\): expects bytes/)
  })
  it.each<[string, unknown]>([
    ['an algorithm with public keys', 'RS256'],
    ['none', 'none'],
    ['another case', 'hs256'],
    ['no algorithm', undefined],
    ['a list', ['HS256']],
    ['a name of every object', 'constructor'],
  ])('%s is no algorithm for it', (_, alg) => {
    expect(() => secret(randomBytes(64), alg as 'HS256')).toThrow(
      /^secret\(\): expects the algorithm 'HS256'/,
    )
  })

  it('is copied when it is given', async () => {
    const bytes = randomBytes(32)
    const key = keyOf('HS256')
    const copied = verifier({ keys: secret(bytes, 'HS256') })
    const sign = signer('HS256', createSecretKey(bytes))
    bytes.fill(0)
    expect(await outcomeOf(copied, token({}, {}, { ...key, sign }))).toBe('accepted')
  })
})
