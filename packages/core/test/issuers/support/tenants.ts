import { createVerifier, localJwks, type IssuerResolver, type TrustedIssuerOptions } from '@portcullis/core'
import { createClock, NOW } from './clock.js'
import { createSigner, type Json } from './signer.js'

const signer = createSigner('ES256', 'tenants')
const keys = localJwks({ keys: [signer.jwk] })

/** An issuer that all tenants of these tests look like. */
export const tenant = (issuer: string): TrustedIssuerOptions => ({ issuer, audience: 'orders', keys })

/** A token of a tenant that holds for a day; equal claims make another token each time. */
export const tokenOf = (iss: string, more: Json = {}): string =>
  signer.token({ iss, aud: 'orders', sub: 'user-1', iat: NOW, exp: NOW + 86_400, ...more })

/** A verifier whose resolver's questions are written down. */
export function withResolver(resolve: IssuerResolver, issuers?: readonly TrustedIssuerOptions[]) {
  const asked: string[] = []
  const clock = createClock()
  const verify = createVerifier({
    clock,
    ...(issuers === undefined ? {} : { issuers }),
    resolveIssuer: (candidate) => {
      asked.push(candidate)
      return resolve(candidate)
    },
  })
  return { verify, clock, asked }
}
