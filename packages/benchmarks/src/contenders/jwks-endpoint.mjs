import { createServer } from 'node:http'

/** Serves a JWKS on loopback, for whoever has its keys from an endpoint. */
export async function serveJwks(...keys) {
  const jwks = JSON.stringify({ keys })
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(jwks)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { jwksUri: `http://127.0.0.1:${server.address().port}/jwks`, close: () => server.close() }
}
