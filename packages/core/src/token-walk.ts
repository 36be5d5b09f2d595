import { checkType } from './claims/profiles.js'
import { findAlgorithm, type Algorithm } from './jose/algorithms.js'
import { createCompactParser, type CompactJws } from './jose/compact.js'
import { andThen, orElse, type Eventual } from './eventual.js'
import { createTokenOpener } from './jose/encrypted-token.js'
import type { JwsHeader } from './jose/jws-header.js'
import { verifySignature } from './jose/signature.js'
import { parseStrictJson } from './jose/strict-json.js'
import { findKey } from './keys/find-key.js'
import type { IssuerDirectory } from './keys/issuer-directory.js'
import type { KeySource } from './keys/key-source.js'
import type { TrustedIssuer } from './keys/trusted-issuer.js'
import type { VerificationKey } from './keys/verification-key.js'
import { AuthError, type RefusalDetails } from './outcome/auth-error.js'
import { printable } from './outcome/printable.js'
import { createClaimsProof, type WalkSettings } from './prove-claims.js'
import type { KeptToken } from './state/verified-token-cache.js'

type Unproven = Readonly<Record<string, unknown>>

/** The walk of a token that nobody has seen before: take apart, whose, which key, signature, claims. */
export function createTokenWalk(settings: WalkSettings): (token: string) => Eventual<KeptToken> {
  const { issuers, decryption, maxTokenLength } = settings
  const prove = createClaimsProof(settings)
  const open = decryption === undefined ? undefined : createTokenOpener(decryption, maxTokenLength)
  const parser = createCompactParser(maxTokenLength, settings.paddedBase64url === 'aws-alb')

  const checkSignature = (jws: CompactJws, issuer: TrustedIssuer): Eventual<VerificationKey> => {
    const { header, signingInput, signature } = jws
    checkType(header.typ, issuer.profile)
    const algorithm = allowedAlgorithm(header.alg, issuer.algorithms)
    return andThen(findKey(issuer.keys, header), (key) => {
      if (!key.algorithms.includes(algorithm.name)) throw notAllowed(key.algorithms)
      return andThen(verifySignature(algorithm, key, signingInput, signature), (holds) => {
        if (!holds) throw new AuthError('signature_invalid')
        parser.rememberHeader(jws)
        return key
      })
    })
  }

  const walk = (token: string, jws: CompactJws, issuer: TrustedIssuer, early?: Unproven) =>
    orElse<KeptToken>(
      () =>
        andThen(checkSignature(jws, issuer), (key) => {
          const { header } = jws
          const claims = early ?? parseClaims(jws)
          return andThen(prove({ token, header, claims, issuer }), ({ verified, from, until }) => ({
            verified,
            from,
            until,
            issuer,
            key,
          }))
        }),
      (error) => {
        throw error instanceof AuthError
          ? AuthError.withContext(error, () => contextOf(issuer, jws.header))
          : error
      },
    )

  return (token) =>
    andThen(open === undefined ? token : open(token), (signed) => {
      const jws = parser.parse(signed)
      if (issuers.only !== undefined) return walk(token, jws, issuers.only)
      // With many issuers the claims are read before they are proven, and of them only `iss`, in order to pick one.
      const early = parseClaims(jws)
      return andThen(pickIssuer(issuers, early), (issuer) => walk(token, jws, issuer, early))
    })
}

function parseClaims({ payload }: CompactJws): Unproven {
  const claims = parseStrictJson(payload)
  if (claims === undefined) throw new AuthError('token_malformed')
  return claims
}

function pickIssuer(issuers: IssuerDirectory, claims: Unproven): Eventual<TrustedIssuer> {
  const candidate = Object.hasOwn(claims, 'iss') ? claims.iss : undefined
  return andThen(typeof candidate === 'string' ? issuers.find(candidate) : undefined, (issuer) => {
    if (issuer === undefined) throw new AuthError('issuer_not_trusted')
    return issuer
  })
}

function allowedAlgorithm(name: string, narrowed: ReadonlySet<string> | undefined): Algorithm {
  const algorithm = findAlgorithm(name)
  if (algorithm === undefined || narrowed?.has(name) === false) throw notAllowed(narrowed)
  return algorithm
}

function notAllowed(allowed: Iterable<string> = []): AuthError {
  return new AuthError('algorithm_not_allowed', { details: { expected: [...allowed] } })
}

function contextOf(issuer: TrustedIssuer, { kid }: JwsHeader): RefusalDetails {
  return {
    issuer: issuer.issuer,
    ...(kid === undefined ? {} : { keyId: printable(kid) }),
    knownKeyIds: knownKeyIds(issuer.keys).slice(0, 20).map(printable),
  }
}

/** For a message only: a source that fails here has said nothing about the token. */
function knownKeyIds(keys: KeySource): readonly string[] {
  try {
    return keys.keyIds?.() ?? []
  } catch {
    return []
  }
}
