import {
  absoluteUrl,
  ConfigurationError,
  nodeRequest,
  type AddressedRequest,
  type AuthRequest,
} from '@portcullis/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import { type OptionReader, optional, parseUrl, readOptions, withMethods } from '@portcullis/core/internal'
import { problemOf } from '../outcome/problem.js'
import { SyncError } from '../outcome/sync-error.js'
import type { Answer } from '../receiver/answer.js'
import type { Receiver } from '../receiver/create-receiver.js'
import { nodeDelivery } from './node-delivery.js'

export interface SyncHandlerOptions {
  /**
   * Scheme and host under which senders address this receiver, such as `https://shop-b.example.com`. Without it, they
   * are what the request (or the framework, as far as it trusts its proxies) says. The path is that of the request.
   */
  readonly publicOrigin?: string
}

type Message = IncomingMessage & { readonly originalUrl?: string }

/** Answers every request that it is given: batches by POST, questions for the cursor by GET. */
export type SyncHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

const publicOrigin: OptionReader<string> = (value, option) => {
  const url = typeof value === 'string' ? parseUrl(value) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.origin === value) return value
  throw new ConfigurationError(option, "expects scheme and host alone, such as 'https://shop-b.example.com'")
}

/**
 * Makes the handler that `node:http` and every framework on it can mount. It must stand before whatever reads bodies.
 *
 * @param addressed what the framework says of the address of a request
 * @throws ConfigurationError
 */
export function createSyncHandler(
  receiver: Receiver,
  options: SyncHandlerOptions = {},
  addressed: (request: never) => AddressedRequest = nodeAddress,
): SyncHandler {
  withMethods<Receiver>(['receive'], 'createReceiver(...)')(receiver, 'receiver')
  const settings = readOptions<{ publicOrigin: string | undefined }>('the handler', options, {
    publicOrigin: optional(publicOrigin, undefined),
  })
  const addressOf = addressReader(settings.publicOrigin)

  return async (message, response) => {
    const request = nodeRequest(message, () => absoluteUrl(addressed(message as never)))
    const answer = isServed(request.method)
      ? await receiver.receive(nodeDelivery(message, request, addressOf))
      : methodNotAllowed()
    await send(message, response, answer)
  }
}

const isServed = (method: string) => method === 'POST' || method === 'GET'

function methodNotAllowed(): Answer {
  const body = problemOf(new SyncError('method_not_allowed'), undefined)
  const headers = {
    Allow: 'GET, POST',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
  }
  return { status: body.status, headers, body }
}

function addressReader(origin: string | undefined): (request: AuthRequest) => string {
  if (origin === undefined) return (request) => request.url
  return (request) => {
    const { pathname, search } = new URL(request.url)
    return origin + pathname + search
  }
}

/** What the connection itself says, believing no proxy. */
export function nodeAddress(message: Message): AddressedRequest {
  return {
    protocol: 'encrypted' in message.socket && message.socket.encrypted === true ? 'https' : 'http',
    host: message.headers.host ?? '',
    target: message.originalUrl ?? message.url ?? '',
  }
}

/** How long, and for how many bytes, a sender that is still sending is listened to, so that it can read the answer. */
const LINGER_MILLISECONDS = 2000
const LINGER_BYTES = 4_194_304

async function send(message: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if (response.destroyed) return
  const body = Buffer.from(JSON.stringify(answer.body))
  const isRead = message.readableEnded
  response.writeHead(answer.status, {
    ...answer.headers,
    'Content-Length': body.byteLength,
    ...(isRead ? {} : { Connection: 'close' }),
  })
  if (isRead) {
    response.end(body)
    return
  }
  response.write(body)
  await linger(message)
  response.end()
  message.destroy()
}

/** To close at once would make the other side lose the answer that it has not read yet (RFC 9112 section 9.6). */
async function linger(message: IncomingMessage): Promise<void> {
  let bytes = 0
  const timeout = AbortSignal.timeout(LINGER_MILLISECONDS)
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength
    if (bytes > LINGER_BYTES) message.destroy()
  })
  await finished(message, { signal: timeout, writable: false }).catch(() => undefined)
}
