import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

const FORMAT = /^rt_([\w-]{22})\.([\w-]{43})$/
const IV_BYTES = 12
const TAG_BYTES = 16

/** `rt_FAMILY.SECRET`: opaque, 128 bits that find the family and 256 that prove it. */
export interface RefreshToken {
  readonly familyId: string
  readonly secret: string
  readonly digest: string
}

export function newFamilyId(): string {
  return randomBytes(16).toString('base64url')
}

export function newRefreshToken(familyId: string): RefreshToken {
  return refreshTokenFrom(familyId, randomBytes(32).toString('base64url'))
}

/** Undefined for what is no refresh token. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, familyId, secret] = FORMAT.exec(text) ?? []
  return familyId === undefined || secret === undefined ? undefined : refreshTokenFrom(familyId, secret)
}

export function textOf({ familyId, secret }: RefreshToken): string {
  return `rt_${familyId}.${secret}`
}

function refreshTokenFrom(familyId: string, secret: string): RefreshToken {
  return {
    familyId,
    secret,
    digest: createHash('sha256').update(`${familyId}.${secret}`).digest('base64url'),
  }
}

/**
 * Encrypts the successor with a key that only the token before it yields: the store can hand the same successor out
 * again, and whoever reads the store learns no token.
 */
export function sealSuccessor(token: RefreshToken, successor: RefreshToken): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(token), iv)
  const sealed = Buffer.concat([cipher.update(successor.secret, 'utf8'), cipher.final()])
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url')
}

export function openSuccessor(token: RefreshToken, sealedSuccessor: string): RefreshToken {
  const bytes = Buffer.from(sealedSuccessor, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(token), bytes.subarray(0, IV_BYTES))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
  return refreshTokenFrom(token.familyId, opened.toString('utf8'))
}

function sealingKey({ secret, familyId }: RefreshToken): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, familyId, 'portcullis refresh successor', 32))
}
