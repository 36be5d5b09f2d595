import { localJwks, type KeySource } from '@portcullis/core'
import type { Statement, SyncSigner } from '@portcullis/sync'
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'

export interface Party extends SyncSigner {
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly keys: KeySource
  /** Signs whatever it is told to. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
}

/** Somebody with a name and a key, who signs also what nobody should. */
export function createParty(issuer: string, clock: () => number = () => Date.now() / 1000): Party {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keyId = randomBytes(8).toString('hex')
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
