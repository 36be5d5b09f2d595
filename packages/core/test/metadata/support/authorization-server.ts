import { serviceProvider } from '../../../../../test/support/oidc-provider.ts'
import { listen, type Listening } from './services.js'

export const SHOP = { client_id: 'shop', client_secret: 'shop-secret' } as const

/** oidc-provider with one client, which gets JWTs for whatever resource it names. */
export function startAuthorizationServer(): Promise<Listening> {
  return listen((issuer) => {
    const answer = serviceProvider(issuer, { clients: [SHOP] })
    return (request, response) => void answer(request, response)
  })
}
