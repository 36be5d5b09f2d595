import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handler } from './handler.js'

export interface NodeHandlerOptions {
  /** The address of the caller, where a proxy stands before the service; default that of the connection. */
  readonly addressOf?: (request: IncomingMessage) => string | undefined
}

type Next = (error?: unknown) => unknown

/**
 * Mounts a handler in anything that has Node's requests and responses: `app.use(toNodeHandler(handler))` in Express
 * and Nest, `app.use((ctx, next) => nodeHandler(ctx.req, ctx.res, next))` in Koa. Requests that are not for the
 * handler (404) go on to `next`, where there is one. It must stand before whatever reads bodies.
 */
export function toNodeHandler(
  handler: Handler,
  { addressOf = (request) => request.socket.remoteAddress }: NodeHandlerOptions = {},
): (request: IncomingMessage, response: ServerResponse, next?: Next) => Promise<void> {
  return async (incoming, outgoing, next) => {
    try {
      const response = await handler(toRequest(incoming), { address: addressOf(incoming) })
      if (response.status === 404 && next !== undefined) {
        await next()
        return
      }
      const cookies = response.headers.getSetCookie()
      if (cookies.length > 0) outgoing.setHeader('Set-Cookie', cookies)
      const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
      outgoing.writeHead(response.status, Object.fromEntries(headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    } catch (error) {
      if (next === undefined) outgoing.writeHead(500, { 'Cache-Control': 'no-store' }).end()
      else await next(error)
    }
  }
}

function toRequest(incoming: IncomingMessage & { originalUrl?: string }): Request {
  const { method = 'GET', headersDistinct } = incoming
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  // The host is not believed: routes are by path, and what is compared comes from the configuration.
  const target = incoming.originalUrl ?? incoming.url ?? '/'
  const url = new URL(`http://localhost${target.startsWith('/') ? target : '/'}`)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const request: RequestInit & { duplex?: 'half' } = { method, headers }
  if (!hasBody) return new Request(url, request)
  if (incoming.readableEnded) {
    throw new Error('The body of the request was read already: mount the issuer before body parsers')
  }
  return new Request(url, { ...request, body: bodyOf(incoming), duplex: 'half' })
}

/** Reads nothing until somebody asks for it: what the handler has no route for is for others to read. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let pieces: AsyncIterator<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        pieces ??= incoming[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
        const next = await pieces.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await pieces?.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
