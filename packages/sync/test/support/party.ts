import { localJwks, type KeySource } from '@portcullis/core'
import type { Statement, SyncSigner } from '@portcullis/sync'
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { SignJWT } from 'jose'

export interface Party extends SyncSigner {
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly keys: KeySource
  /** Signs whatever it is told to. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
}

/** A private key that can be told to another process. */
export const newKey = (): JsonWebKey =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })

/** Somebody with a name and a key, who signs also what nobody should. */
export function createParty(
  issuer: string,
  clock: () => number = () => Date.now() / 1000,
  key: JsonWebKey = newKey(),
): Party {
  const privateKey = createPrivateKey({ key, format: 'jwk' })
  const publicKey = createPublicKey(privateKey)
  const keyId = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16)
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'ES256', use: 'sig' }
  const sign = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'sync+jwt', ...header })
      .sign(privateKey)
  const registered = () => {
    const iat = Math.floor(clock())
    return { iss: issuer, sub: issuer, iat, exp: iat + 60, jti: randomBytes(16).toString('base64url') }
  }
  return {
    issuer,
    keyId,
    privateKey,
    publicKey,
    keys: localJwks({ keys: [jwk] }),
    sign,
    envelope: ({ audience, claims }: Statement) => sign({ ...registered(), aud: audience, ...claims }),
    receipt: ({ audience, claims }: Statement) =>
      sign({ ...registered(), aud: audience, ...claims }, { typ: 'sync-receipt+jwt' }),
  }
}
