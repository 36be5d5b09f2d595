import { EncryptJWT, jwtDecrypt } from 'jose'
import { stringifySetCookie } from 'cookie'
import type { AuthRequest } from '@portcullis/core'
import { cookieValues } from '../cookies/cookie-values.js'

/** For this host alone, and for all of its paths: no sibling host can plant a sign-in of its own. */
const NAME = '__Host-sign_in'
const LONGEST = 4096
const PURPOSE = 'portcullis sign-in'

/** What a sign-in that is under way has to remember, and nobody but us may read or write. */
export interface PendingSignIn {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly returnTo: string
}

const MEMBERS = ['state', 'nonce', 'codeVerifier', 'returnTo'] as const

export interface SealedCookie {
  set(pending: PendingSignIn): Promise<string>
  /** Undefined where there is none, or several, or one that is forged, old, or sealed for something else. */
  read(request: AuthRequest): Promise<PendingSignIn | undefined>
  readonly deleted: string
}

export interface SealedCookieSettings {
  readonly secret: Uint8Array
  /** The provider and client that it is for: a sign-in that began at one is not finished at another. */
  readonly audience: string
  /** Seconds. */
  readonly maxAge: number
  readonly clock: () => number
}

/** Seals by JWE, `dir` and A256GCM (RFC 7516). */
export function sealedCookie({ secret, audience, maxAge, clock }: SealedCookieSettings): SealedCookie {
  // Lax: the provider sends the browser back from another site.
  const place = { name: NAME, path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const
  return Object.freeze({
    async set(pending: PendingSignIn) {
      const value = await new EncryptJWT({ ...pending })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: PURPOSE })
        .setAudience(audience)
        .setExpirationTime(Math.floor(clock()) + maxAge)
        .encrypt(secret)
      return stringifySetCookie({ ...place, value, maxAge })
    },
    async read(request: AuthRequest) {
      const [value, ...others] = cookieValues(request, NAME)
      if (value === undefined || value.length > LONGEST || others.length > 0) return undefined
      try {
        const { payload } = await jwtDecrypt(value, secret, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
          typ: PURPOSE,
          audience,
          requiredClaims: ['exp', ...MEMBERS],
          currentDate: new Date(clock() * 1000),
        })
        return payload as unknown as PendingSignIn
      } catch {
        return undefined
      }
    },
    deleted: stringifySetCookie({ ...place, value: '', maxAge: 0 }),
  })
}
