import type { State } from './state.js'

/** The services behind the gateway, and the gateway; each goes by its name in `aud`. */
export const SERVICES = ['gateway', 'catalog', 'orders', 'billing'] as const

export type ServiceName = (typeof SERVICES)[number]

/** Where everybody is found. The addresses of `identity` and of `orders` are issuers as well. */
export type Addresses = Readonly<Record<ServiceName | 'identity', string>>

/** What each service is given at its start. */
export interface ServiceContext {
  readonly addresses: Addresses
  readonly state: State
  /** Seconds since the epoch. The story moves it on; a service of yours leaves it out. */
  readonly clock: () => number
}
