import {
  createCipheriv,
  createHash,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'

type Members = Readonly<Record<string, unknown>>

/** What a proof is made for, and how it differs from a good one. */
export interface ProofParts {
  readonly token: string
  readonly url: string
  /** Default GET. */
  readonly method?: string
  /** Beside and over the others; undefined leaves one out. */
  readonly claims?: Members
  readonly header?: Members
  /** Whose key signs and stands in the header; default the client's. */
  readonly by?: 'client' | 'stranger'
}

/** What belongs to tokens that are bound, encrypted or for one use. */
export interface BoundTokens {
  /** The thumbprint of the client's key (RFC 7638), for `cnf.jkt`. */
  readonly jkt: string
  /** A DPoP proof (RFC 9449), with an id of its own. */
  readonly proof: (parts: ProofParts) => string
  /** The client's certificate; nobody parses it, so that any octets will do. */
  readonly certificate: Uint8Array
  readonly otherCertificate: Uint8Array
  /** What `dpop.nonceSecret` is in the service `dpopNonce`. */
  readonly nonceSecret: Uint8Array
  /** What opens encrypted tokens, by `dir`. */
  readonly decryptionKey: KeyObject
  /** Encrypts by `dir` and A256GCM (RFC 7516 section 5.1), with another header where one is given. */
  readonly encrypt: (plaintext: string, header?: Members) => string
}

/** `cnf` of a token that is bound to a certificate (RFC 8705 section 3.1). */
export function boundTo(certificate: Uint8Array): Members {
  return { 'x5t#S256': digest(certificate) }
}

/** @param now seconds since the epoch, `iat` of the proofs */
export function createBoundTokens(now: number): BoundTokens {
  const keys = {
    client: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    stranger: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  }
  const jwkOf = (owner: keyof typeof keys) => keys[owner].publicKey.export({ format: 'jwk' })
  const { crv, kty, x, y } = jwkOf('client')
  const decryptionKey = createSecretKey(randomBytes(32))
  let made = 0

  return {
    jkt: digest(JSON.stringify({ crv, kty, x, y })),
    proof({ token, url, method = 'GET', claims, header, by = 'client' }) {
      const input = [
        { typ: 'dpop+jwt', alg: 'ES256', jwk: jwkOf(by), ...header },
        { jti: `proof-${++made}`, htm: method, htu: url, iat: now, ath: digest(token), ...claims },
      ]
        .map(encode)
        .join('.')
      const key = { key: keys[by].privateKey, dsaEncoding: 'ieee-p1363' } as const
      return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
    },
    certificate: randomBytes(300),
    otherCertificate: randomBytes(300),
    nonceSecret: randomBytes(32),
    decryptionKey,
    encrypt(plaintext, header = { alg: 'dir', enc: 'A256GCM', cty: 'JWT' }) {
      const iv = randomBytes(12)
      const protectedHeader = encode(header)
      const cipher = createCipheriv('aes-256-gcm', decryptionKey, iv).setAAD(Buffer.from(protectedHeader))
      const content = Buffer.concat([cipher.update(plaintext), cipher.final()])
      const octets = [iv, content, cipher.getAuthTag()].map((part) => part.toString('base64url'))
      return [protectedHeader, '', ...octets].join('.')
    },
  }
}

function encode(members: Members): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url')
}

function digest(octets: string | Uint8Array): string {
  return createHash('sha256').update(octets).digest('base64url')
}
