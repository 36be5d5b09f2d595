import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import * as core from '@portcullis/core'
import { answer, policyOf, ROUTES, type ConformanceService } from '@portcullis/testing/conformance'

/** The smallest adapter there can be: node:http and the core, as a measure for the table itself. */
export function referenceService(service: ConformanceService): RequestListener {
  const authenticate = core.createAuthenticator(service.options(core))
  const routes = new Map(
    ROUTES.map((route) => {
      const policies = route.requires.map((requirement) => policyOf<core.Policy>(requirement, core))
      const authorize = policies.length > 0 ? core.createAuthorizer(...policies) : undefined
      return [`${route.method} ${route.path}`, { ...route, authorize }]
    }),
  )

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const route = routes.get(`${method} ${request.url?.split('?')[0]}`)
    if (route === undefined) {
      response.writeHead(404).end()
      return
    }
    let auth: core.Auth | undefined
    if (route.access === 'token') {
      auth = await authenticate(core.nodeRequest(request, () => addressOf(request, service.behindProxy)))
      route.authorize?.(auth)
    }
    send(response, 200, 'application/json', answer(route.path, auth))
  }

  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!(error instanceof core.AuthError)) throw error
      for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
      send(response, error.status, 'application/problem+json', error.toJSON())
    })
  }
}

function send(response: ServerResponse, status: number, type: string, body: object): void {
  response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(body))
}

function addressOf({ headers, url = '' }: IncomingMessage, behindProxy: boolean): core.AddressedRequest {
  const forwarded = (name: string) => (behindProxy ? headers[name] : undefined)
  const protocol = String(forwarded('x-forwarded-proto') ?? 'http')
  const host = String(forwarded('x-forwarded-host') ?? headers.host)
  return { protocol, host, target: url }
}

/** A server on a free port of loopback. */
export async function listen(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}
