import { memoryRevocationStore } from '@portcullis/core'
import { createDashboard, serveAssets } from './dashboard.js'
import { createIdentity } from './identity.js'
import { listen, type RequestHandler } from './listen.js'
import { DOMAIN, type Places } from './places.js'
import { createReports } from './reports.js'
import { createShop } from './shop.js'

export interface SystemOptions {
  /** Seconds that an access token lives; default 30, so that one can watch it being renewed. */
  readonly lifetime?: number
  /** Seconds in which tabs that renew at once get the same tokens; default 10. */
  readonly refreshGrace?: number
}

export interface System {
  readonly places: Places
  stop(): Promise<void>
}

/** Starts the sign-in service and the three services on free ports of the loopback interface. */
export async function startSystem({ lifetime = 30, refreshGrace = 10 }: SystemOptions = {}): Promise<System> {
  const [id, shop, dashboard, reports] = await Promise.all([
    listen(`id.${DOMAIN}`),
    listen(`shop.${DOMAIN}`),
    listen(`dashboard.${DOMAIN}`),
    listen(`reports.${DOMAIN}`),
  ])
  const places: Places = {
    id: id.origin,
    services: { shop: shop.origin, dashboard: dashboard.origin, reports: reports.origin },
  }
  // In one process it is one object; services that run apart share a store instead.
  const revocation = memoryRevocationStore()
  const issuer = `http://localhost:${id.port}`
  const options = { issuer, places, revocation }

  id.serve(createIdentity({ ...options, lifetime, refreshGrace }))
  shop.serve(createShop(options))
  reports.serve(createReports(options).callback())
  const nest = await createDashboard(options)
  serveAssets(nest)
  await nest.init()
  dashboard.serve(nest.getHttpAdapter().getInstance() as RequestHandler)

  return {
    places,
    async stop() {
      await nest.close()
      await Promise.all([id, shop, dashboard, reports].map((each) => each.stop()))
    },
  }
}
