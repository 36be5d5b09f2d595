import { memoryRevocationStore } from '@portcullis/core'
import type { Signer } from '@portcullis/issuer'
import { createBillingService } from './billing-service.js'
import { createCatalogService } from './catalog-service.js'
import { createStoryClock, type StoryClock } from './clock.js'
import { createGatewayService } from './gateway-service.js'
import { createIdentityService } from './identity-service.js'
import { listen, type Listening, type RequestHandler } from './listen.js'
import { createOrdersService } from './orders-service.js'
import type { Addresses, ServiceContext } from './service-context.js'

/** Everybody, on free ports of the loopback interface. */
export interface System {
  readonly addresses: Addresses
  readonly clock: StoryClock
  /** The keys of others, for the story to do wrong with. */
  readonly signers: Readonly<Record<'identity' | 'orders', Signer>>
  /** Takes a service away, or gives it back. */
  setReachable(name: keyof Addresses, reachable: boolean): void
  stop(): Promise<void>
}

export async function startSystem(): Promise<System> {
  const [identity, gateway, catalog, orders, billing] = await Promise.all([
    listen(),
    listen(),
    listen(),
    listen(),
    listen(),
  ] as const)
  const servers: Readonly<Record<keyof Addresses, Listening>> = {
    identity,
    gateway,
    catalog,
    orders,
    billing,
  }
  const addresses = Object.fromEntries(
    Object.entries(servers).map(([name, { url }]) => [name, url]),
  ) as unknown as Addresses
  const clock = createStoryClock()
  /** Each service has a revocation store of its own, as it would in a process of its own. */
  const context = (): ServiceContext => ({
    addresses,
    clock: clock.now,
    revocation: memoryRevocationStore({ clock: clock.now }),
  })

  const ofIdentity = await createIdentityService(context())
  const ofOrders = createOrdersService(context())
  const ofBilling = await createBillingService(context())
  await ofBilling.init()
  identity.serve(ofIdentity.app)
  gateway.serve(createGatewayService(context()))
  catalog.serve(createCatalogService(context()))
  orders.serve(ofOrders.app.callback())
  billing.serve(ofBilling.getHttpAdapter().getInstance() as RequestHandler)

  return {
    addresses,
    clock,
    signers: { identity: ofIdentity.signer, orders: ofOrders.signer },
    setReachable(name, reachable) {
      servers[name].setReachable(reachable)
    },
    async stop() {
      await Promise.all(Object.values(servers).map((server) => server.stop()))
    },
  }
}
