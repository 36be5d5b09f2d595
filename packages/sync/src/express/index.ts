import type { AddressedRequest } from '@portcullis/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSyncHandler, type SyncHandlerOptions } from '../http/sync-handler.js'
import type { Receiver } from '../receiver/create-receiver.js'

export type { SyncHandlerOptions } from '../http/sync-handler.js'

/** What is used of the request of Express 4 and 5, so that the types of either will do. */
interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string
  readonly protocol: string
  readonly app: { get(setting: string): unknown }
}

export type Handler = (
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Middleware for one path: `app.use('/sync', receiveBatches(receiver))`, before whatever reads bodies and before
 * `authenticate`. It answers every request that reaches it.
 *
 * @throws ConfigurationError
 */
export function receiveBatches(receiver: Receiver, options: SyncHandlerOptions = {}): Handler {
  const handle = createSyncHandler(receiver, options, addressOf)
  return (request, response, next) => {
    handle(request, response).catch(next)
  }
}

/** Follows the app's `trust proxy`. Express 4 has no property for the host together with its port. */
function addressOf({ app, headers, originalUrl, protocol, socket }: ExpressRequest): AddressedRequest {
  const trusts = app.get('trust proxy fn') as (address: string | undefined, hop: number) => boolean
  const forwarded = trusts(socket.remoteAddress, 0) ? headers['x-forwarded-host'] : undefined
  const [host = ''] = String(forwarded ?? headers.host ?? '').split(',')
  return { protocol, host: host.trim(), target: originalUrl }
}
