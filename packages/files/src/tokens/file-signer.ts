import { ConfigurationError } from '@portcullis/core'
import { createStatementSigner, type SignedStatement, type SigningKeys } from '@portcullis/issuer'
import { decodeProtectedHeader, type JWK } from 'jose'

export interface FileSignerOptions {
  /** The name of the vault's signer, an https URL (http on loopback): the `iss` of grants and manifests. */
  readonly issuer: string
  /** `createKeyRing()` of @portcullis/issuer: keys with a public half. */
  readonly keyRing: SigningKeys
  /** The `aud` of grants: the vault that they open. Another one for each vault. */
  readonly audience: string
  /** Seconds since the epoch; default the system's clock. */
  readonly clock?: () => number
}

export interface SignedManifest {
  readonly token: string
  /** The public key that it was signed with, kept with the file: it stays checkable when the ring has moved on. */
  readonly signedBy: JWK
  /** The `iat`, in seconds since the epoch. */
  readonly signedAt: number
}

interface StatementParts {
  readonly subject: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly lifetime?: number
  readonly keyThumbprint?: string | undefined
}

/** Signs for one vault. */
export interface FileSigner {
  readonly issuer: string
  readonly audience: string
  readonly longestGrant: number
  grant(statement: StatementParts): Promise<SignedStatement>
  manifest(statement: StatementParts): Promise<SignedManifest>
}

/** @throws ConfigurationError */
export function createFileSigner({ audience, ...options }: FileSignerOptions): FileSigner {
  if (typeof audience !== 'string' || audience === '') {
    throw new ConfigurationError('audience', 'expects the name of the vault that grants are for')
  }
  const grants = createStatementSigner({ ...options, type: 'file-grant+jwt' })
  const manifests = createStatementSigner({ ...options, type: 'file-manifest+jwt' })
  const { keyRing } = options
  return Object.freeze({
    issuer: grants.issuer,
    audience,
    longestGrant: keyRing.maxTokenLifetime,
    grant: (statement: StatementParts) => grants.sign({ audience, ...statement }),
    async manifest(statement: StatementParts) {
      const { token, expiresAt, expiresIn } = await manifests.sign({ audience, ...statement })
      const signedBy = (await keyRing.findKey(decodeProtectedHeader(token).kid))?.publicJwk
      if (signedBy === undefined) {
        throw new ConfigurationError('keyRing', 'expects keys with a public half: createKeyRing()')
      }
      return { token, signedBy, signedAt: expiresAt - expiresIn }
    },
  })
}
