import { remoteJwks, type ManyIssuersOptions } from '@portcullis/core'
import type { ServiceContext, ServiceName } from './service-context.js'

/** The tokens of orders say nothing of roles and permissions, and if they did, nobody would look there. */
const NOWHERE = ['not_read']

/**
 * Which tokens a service believes: those that identity gives to people, and, where `scopeOfOrders` names a scope, those
 * that orders signs for itself. Orders can speak for nobody else, and ask for nothing else.
 */
export function trust(
  self: ServiceName | 'identity',
  { addresses, state: { revocation }, clock }: ServiceContext,
  scopeOfOrders?: string,
): ManyIssuersOptions {
  const identity = { issuer: addresses.identity, audience: self, profile: 'at+jwt' as const }
  if (scopeOfOrders === undefined) return { issuers: [identity], revocation, clock }
  const orders = {
    issuer: addresses.orders,
    audience: self,
    profile: 'at+jwt' as const,
    keys: remoteJwks(`${addresses.orders}/jwks`),
    expectedClaims: { sub: 'orders', client_id: 'orders', scope: scopeOfOrders },
    claimPaths: { roles: NOWHERE, permissions: NOWHERE },
  }
  return { issuers: [identity, orders], revocation, clock }
}
