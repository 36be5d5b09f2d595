import { generateKeyPairSync, sign } from 'node:crypto'

export const ISSUER = 'https://id.example.com'
export const AUDIENCE = 'orders-api'

/** A private key, its public JWK, and tokens signed by it. */
export interface Signer {
  readonly jwk: Readonly<Record<string, unknown>>
  /** A token that is valid for an hour, but for what is given here. */
  token(parts?: { readonly claims?: object; readonly header?: object }): string
}

const KINDS = {
  ES256: {
    generate: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    hash: 'sha256',
    encoding: { dsaEncoding: 'ieee-p1363' },
  },
  RS256: {
    generate: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    hash: 'sha256',
    encoding: {},
  },
} as const

export function createSigner(kid: string | undefined, alg: keyof typeof KINDS = 'ES256'): Signer {
  const { generate, hash, encoding } = KINDS[alg]
  const { publicKey, privateKey } = generate()
  const id = kid === undefined ? {} : { kid }
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), ...id, alg, use: 'sig' },
    token({ claims = {}, header = {} } = {}) {
      const now = Math.floor(Date.now() / 1000)
      const input = [
        { alg, ...id, ...header },
        { iss: ISSUER, aud: AUDIENCE, sub: 'someone', iat: now, exp: now + 3600, ...claims },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const signature = sign(hash, Buffer.from(input), { key: privateKey, ...encoding })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}
