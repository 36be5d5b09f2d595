import { Logger } from '@nestjs/common'
import { discoverKeys } from '@portcullis/core'
import { createBilling } from './billing.js'
import { createStoryClock, type StoryClock } from './clock.js'
import { createInventory } from './inventory.js'
import { startIssuer, type RunningIssuer } from './issuer.js'
import { createJournal, type Journal } from './journal.js'
import { listen, type Listening, type RequestHandler } from './listen.js'
import { createOrders } from './orders.js'
import { createPeersOfOrders } from './peers-of-orders.js'
import { SCOPE_OF_API_KEYS } from './registered-clients.js'
import type { NewApiKey } from '@portcullis/issuer'

/** The issuer, the three services, and the clock that all of them go by. */
export interface System {
  readonly clock: StoryClock
  readonly issuer: RunningIssuer
  readonly orders: Listening
  readonly inventory: Listening
  readonly billing: Listening
  /** What the services have let in. */
  readonly journal: Journal
  /** The API key that orders has now. */
  readonly apiKey: () => NewApiKey
  /** Makes another API key; a client has two at most. */
  newApiKey(): Promise<NewApiKey>
  /** Gives orders another API key while it runs. */
  useApiKey(key: NewApiKey): void
  stop(): Promise<void>
}

/** Starts everything on free ports of the loopback interface. */
export async function startSystem(): Promise<System> {
  const clock = createStoryClock()
  const issuer = await startIssuer(clock.now)
  const journal = createJournal()
  /** The issuer is all that a service is told of the tokens to believe; each finds the keys by itself. */
  const trust = () => ({
    issuer: issuer.issuer,
    keys: discoverKeys(issuer.issuer, { clock: clock.now }),
    clock: clock.now,
  })

  const inventory = await listen(createInventory({ ...trust(), journal }).callback())
  const billing = await listen(
    await initialised(
      createBilling({ ...trust(), journal, secret: issuer.billingSecret, inventory: inventory.url }),
    ),
  )

  const newApiKey = () => issuer.apiKeys.create({ clientId: 'orders', scope: SCOPE_OF_API_KEYS })
  const places = {
    issuer: issuer.issuer,
    inventory: inventory.url,
    billing: billing.url,
    clock: clock.now,
  }
  let apiKey = await newApiKey()
  let peers = createPeersOfOrders(apiKey.key, places)
  const orders = await listen(createOrders({ ...trust(), peers: () => peers }))

  return {
    clock,
    issuer,
    orders,
    inventory,
    billing,
    journal,
    apiKey: () => apiKey,
    newApiKey,
    useApiKey(key) {
      apiKey = key
      peers = createPeersOfOrders(key.key, places)
    },
    async stop() {
      await Promise.all([issuer, orders, inventory, billing].map((one) => one.stop()))
    },
  }
}

async function initialised(creating: ReturnType<typeof createBilling>): Promise<RequestHandler> {
  Logger.overrideLogger(['warn', 'error', 'fatal'])
  const app = await creating
  await app.init()
  return app.getHttpAdapter().getInstance() as RequestHandler
}
