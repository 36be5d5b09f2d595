import type { RequestHandler } from './listen.js'
import type { Addresses, ServiceContext } from './service-context.js'

export type Name = keyof Addresses

/** How each of them is made; a process loads what it runs. */
export const FACTORIES: Readonly<Record<Name, (context: ServiceContext) => Promise<RequestHandler>>> = {
  identity: async (context) => (await import('./identity-service.js')).createIdentityService(context),
  gateway: async (context) => (await import('./gateway-service.js')).createGatewayService(context),
  catalog: async (context) => (await import('./catalog-service.js')).createCatalogService(context),
  orders: async (context) => (await import('./orders-service.js')).createOrdersService(context).callback(),
  async billing(context) {
    const app = await (await import('./billing-service.js')).createBillingService(context)
    await app.init()
    return app.getHttpAdapter().getInstance() as RequestHandler
  },
}

export const NAMES = Object.keys(FACTORIES) as readonly Name[]

/** One of something for each of them. */
export async function forEachName<T>(make: (name: Name) => Promise<T>): Promise<Record<Name, T>> {
  return Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await make(name)]))) as Record<
    Name,
    T
  >
}
