import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ASYNC_DISPOSE } from './async-dispose.js'
import { createDocuments, type ServedIssuer } from './documents.js'
import type { Fault } from './fault.js'
import { listen } from './listen.js'
import { createRequestHandler, type Conduct } from './request-handler.js'
import { createRequestLog, type Counted, type RecordedRequest } from './request-log.js'

export interface JwksServerOptions {
  /** Which metadata documents exist: OpenID Connect Discovery, RFC 8414; default both. */
  readonly metadata?: readonly ('openid' | 'oauth')[]
  /** `Cache-Control` of every document; none by default. */
  readonly cacheControl?: string
  /** Default 0: one that is free. */
  readonly port?: number
}

/** A server of key sets and metadata on loopback that fails as it is told and counts what it was asked. */
export interface JwksServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, the same after `stop()` and `start()`. */
  readonly url: string
  /** Where the keys of the first issuer are. */
  readonly jwksUri: string
  /** @throws RangeError for an issuer that is not served */
  jwksUriOf(issuer: ServedIssuer): string
  /** Serves another issuer. */
  serve(issuer: ServedIssuer): void
  /** Goes wrong from now on; of several faults that strike a request the newest does. */
  misbehave(fault: Fault): void
  /** Ends all faults for the requests that come; one that hangs already hangs on. */
  recover(): void
  /** Sets `Cache-Control` of every document; undefined leaves it out. */
  setCacheControl(value: string | undefined): void
  /** The last 1,000 requests, oldest first. */
  readonly requests: readonly RecordedRequest[]
  /** How many requests have arrived: in all, for a kind of document, or at a path. */
  count(what?: Counted): number
  /** Resolves when so many requests have arrived, answered or not. */
  waitForRequests(total: number, what?: Counted): Promise<void>
  /** Forgets the requests that have arrived. */
  clearRequests(): void
  /** Refuses connections and closes those that are open. Faults and counts stay. */
  stop(): Promise<void>
  /** Listens again, on the same port. */
  start(): Promise<void>
  /** The same as `stop()`, for good; `await using` calls it. */
  close(): Promise<void>
}

/**
 * Serves key sets, and metadata by which they are discovered, over plain http on 127.0.0.1.
 *
 * One issuer is at the server's own address, more are at `/issuer-2`, `/issuer-3` and so on, and those that were made
 * with a `url` at this server are there. An issuer without a `url` moves: its `url` is then the one that discovery
 * expects, so make its tokens after the server has started.
 */
export async function startJwksServer(
  issuers: ServedIssuer | readonly ServedIssuer[] = [],
  options: JwksServerOptions = {},
): Promise<JwksServer> {
  const { metadata = ['openid', 'oauth'], port: wantedPort = 0, cacheControl } = options
  const conduct: Conduct = { faults: [], cacheControl }
  const log = createRequestLog()

  // Documents have the server's address in them, which is known once it listens.
  let server: Server | undefined = await listen(createServer(), wantedPort)
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const documents = createDocuments(url, metadata)
  const handle = createRequestHandler(documents, log, conduct)
  server.on('request', handle)

  const stop = async (): Promise<void> => {
    const running = server
    server = undefined
    if (running === undefined) return
    await new Promise((resolve) => {
      running.close(resolve)
      running.closeAllConnections()
    })
  }

  const jwksServer: JwksServer = {
    url,
    get jwksUri() {
      return documents.jwksUri()
    },
    jwksUriOf: documents.jwksUri,
    serve: documents.add,
    misbehave(fault) {
      const left = fault.times ?? Number.POSITIVE_INFINITY
      conduct.faults = [...conduct.faults.filter((earlier) => earlier.left > 0), { fault, left }]
    },
    recover() {
      conduct.faults = []
    },
    setCacheControl(value) {
      conduct.cacheControl = value
    },
    get requests() {
      return log.requests
    },
    count: log.count,
    waitForRequests: log.waitFor,
    clearRequests: log.clear,
    stop,
    async start() {
      server ??= await listen(createServer(handle), port)
    },
    close: stop,
    [ASYNC_DISPOSE]: stop,
  }
  for (const issuer of [issuers].flat()) jwksServer.serve(issuer)
  return Object.freeze(jwksServer)
}
