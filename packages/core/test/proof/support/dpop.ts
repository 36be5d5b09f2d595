import { createHash, type JsonWebKey } from 'node:crypto'
import type { AlgorithmName } from '../../../src/jose/algorithms.js'
import { NOW, sealed, token } from '../../attacks/support/forge.js'
import { keyOf, type TestKey } from '../../attacks/support/keys.js'
import { ADDRESS, type Sent } from './requests.js'

export const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('base64url')

/** RFC 7638, written apart from the library's own. */
export function thumbprintOf({ kty, crv, e, n, x, y }: JsonWebKey): string {
  if (kty === 'RSA') return sha256(JSON.stringify({ e, kty, n }))
  return sha256(JSON.stringify(kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }))
}

export const clientKey = (alg: AlgorithmName = 'ES256'): TestKey => keyOf(alg, 'client')

/** A token that is bound to the client's key. */
export function boundToken(claims: object = {}, key: TestKey = clientKey()): string {
  return token({ cnf: { jkt: thumbprintOf(key.publicJwk) }, ...claims })
}

export const TOKEN = boundToken()

interface ProofParts {
  /** Beside and over those of a good proof; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  /** Who signs, and whose public key stands in the header. */
  readonly key?: TestKey
  /** Which token it is made for. */
  readonly token?: string
}

let made = 0

/** A proof for a GET of {@link ADDRESS} with {@link TOKEN}, good but for what is given here, and never made before. */
export function proof({ claims, header, key = clientKey(), token: proven = TOKEN }: ProofParts = {}): string {
  return sealed(
    { typ: 'dpop+jwt', alg: key.alg, jwk: key.publicJwk, ...header },
    { jti: `proof-${++made}`, htm: 'GET', htu: ADDRESS, iat: NOW, ath: sha256(proven), ...claims },
    key.sign,
  )
}

/** A request with a token by the DPoP scheme and whatever stands in its DPoP header. */
export function withProof(
  dpop: string | readonly string[] | undefined = proof(),
  authorization = TOKEN,
): Sent {
  return { headers: { authorization: `DPoP ${authorization}`, dpop } }
}
