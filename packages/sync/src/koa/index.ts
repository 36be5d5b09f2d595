import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSyncHandler, type SyncHandlerOptions } from '../http/sync-handler.js'
import type { Receiver } from '../receiver/create-receiver.js'

export type { SyncHandlerOptions } from '../http/sync-handler.js'

/** What is used of the context of Koa 2 and 3, so that the types of either will do. */
export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly protocol: string
  readonly host: string
  readonly originalUrl: string
  readonly path: string
  respond?: boolean
}

export type Middleware = (context: KoaContext, next: () => Promise<unknown>) => Promise<void>

/**
 * Middleware that answers every request for one path, and passes on all others:
 * `app.use(receiveBatches('/sync', receiver))`, before whatever reads bodies and before `authenticate`.
 *
 * @throws ConfigurationError
 */
export function receiveBatches(
  path: string,
  receiver: Receiver,
  options: SyncHandlerOptions = {},
): Middleware {
  const addresses = new WeakMap<IncomingMessage, KoaContext>()
  const handle = createSyncHandler(receiver, options, (message: IncomingMessage) => {
    const { protocol = '', host = '', originalUrl = '' } = addresses.get(message) ?? {}
    return { protocol, host, target: originalUrl }
  })
  return async (context, next) => {
    if (context.path !== path) {
      await next()
      return
    }
    context.respond = false
    addresses.set(context.req, context)
    await handle(context.req, context.res)
  }
}
