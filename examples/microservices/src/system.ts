import { createKeyRing, createSigner, type Signer } from '@portcullis/issuer'
import type { Listening } from './listen.js'
import type { Addresses } from './service-context.js'
import type { Name } from './services.js'
import type { State } from './state.js'

/** Everybody, on free ports of the loopback interface. */
export interface System {
  readonly addresses: Addresses
  /** How many processes each service has. */
  readonly processes: number
  /** Seconds since the epoch, as the services have it. */
  readonly clock: () => number
  /** Lets time go by in all services. */
  pass(seconds: number): Promise<void>
  /** The keys of others, for the story to do wrong with. */
  readonly signers: Readonly<Record<'identity' | 'orders', Signer>>
  /** Waits until every process knows what was revoked, where that takes its milliseconds. */
  settled(): Promise<void>
  /** Takes a service away, or gives it back. */
  setReachable(name: Name, reachable: boolean): void
  stop(): Promise<void>
}

export function addressesOf(servers: Readonly<Record<Name, Listening>>): Addresses {
  return Object.fromEntries(
    Object.entries(servers).map(([name, { url }]) => [name, url]),
  ) as unknown as Addresses
}

/** Signs what a service signs, with the key that its key ring has. */
export function signerOf(
  name: 'identity' | 'orders',
  addresses: Addresses,
  state: State,
  clock: () => number,
): Signer {
  return createSigner({
    issuer: addresses[name],
    keyRing: createKeyRing({ store: state.keyRing(name), clock }),
    clock,
  })
}
