import { Logger } from '@nestjs/common'
import { discoverKeys } from '@portcullis/core'
import { startAuthorizationServer, type AuthorizationServer } from './authorization-server.js'
import { createExpressApp } from './express-service.js'
import { createKoaApp } from './koa-service.js'
import { listen, type Listening, type RequestHandler } from './listen.js'
import { createNestApp } from './nest-service.js'
import type { ServiceOptions } from './service-options.js'
import {
  createSigningKey,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKey,
} from './signing-keys.js'

export interface Service extends Listening {
  readonly name: string
}

/** An authorization server, the services that trust it, and the clock they share. */
export interface System {
  readonly algorithm: SigningAlgorithm
  readonly authorizationServer: AuthorizationServer
  /** The private keys that the authorization server begins with. */
  readonly keys: readonly SigningKey[]
  readonly services: readonly Service[]
  /** Lets the keys that the services hold grow older, and the tokens not. */
  ageKeys(seconds: number): void
  /** Runs something while the services' clocks are ahead. */
  later<T>(seconds: number, run: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}

/** Makes a service; it does not listen yet. */
export type ServiceFactory = (options: ServiceOptions) => RequestHandler | Promise<RequestHandler>

export const SERVICES: Readonly<Record<string, ServiceFactory>> = {
  express: createExpressApp,
  koa: (options) => createKoaApp(options).callback(),
  async nest(options) {
    Logger.overrideLogger(['warn', 'error', 'fatal'])
    const app = await createNestApp(options)
    await app.init()
    return app.getHttpAdapter().getInstance() as RequestHandler
  },
}

/** The `aud` that the services answer to. */
export const AUDIENCE = 'orders-api'

export interface SystemOptions {
  /** How access tokens are signed; default ES256. */
  readonly algorithm?: SigningAlgorithm
  /** The authorization server's private keys; default a fresh one for each algorithm. */
  readonly keys?: readonly SigningKey[]
  /** Default {@link SERVICES}. */
  readonly factories?: Readonly<Record<string, ServiceFactory>>
}

/** Starts everything on free ports of the loopback interface. */
export async function startSystem({
  algorithm = 'ES256',
  keys = SIGNING_ALGORITHMS.map(createSigningKey),
  factories = SERVICES,
}: SystemOptions = {}): Promise<System> {
  let ahead = 0
  let keysAhead = 0
  const clock = () => Date.now() / 1000 + ahead
  const keysClock = () => performance.now() / 1000 + keysAhead

  const authorizationServer = await startAuthorizationServer({ algorithm, keys })
  const { issuer } = authorizationServer
  const services = await Promise.all(
    Object.entries(factories).map(async ([name, create]) => {
      const keys = discoverKeys(issuer, { clock: keysClock })
      const handler = await create({ issuer, audience: AUDIENCE, keys, clock })
      return { name, ...(await listen(handler)) }
    }),
  )

  return {
    algorithm,
    authorizationServer,
    keys,
    services,
    ageKeys(seconds) {
      keysAhead += seconds
    },
    async later(seconds, run) {
      ahead = seconds
      try {
        return await run()
      } finally {
        ahead = 0
      }
    },
    async stop() {
      await Promise.all([authorizationServer, ...services].map((one) => one.stop()))
    },
  }
}
