import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as core from '@portcullis/core'
import { badTokens, createTestIssuer, goodTokens, type TestIssuer } from '@portcullis/testing'

let issuer: TestIssuer
let server: Server
let url: string

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256', weakKeys: true })
  const authenticate = core.createAuthenticator(issuer.verifierOptions(core))
  const authorize: core.Authorizer = core.createAuthorizer(core.hasRole('admin'))
  server = createServer((request, response) => {
    authenticate(core.nodeRequest(request, () => url))
      .then((auth) => {
        authorize(auth)
        response.end('in')
      })
      .catch((error: unknown) => {
        const refusal = error as core.AuthError
        response.writeHead(refusal.status, refusal.headers).end(JSON.stringify(refusal))
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

it('gets the stated status and public code for each bad token, whatever rights it claims', async () => {
  for (const { name, token, status, publicCode } of badTokens(issuer, { roles: ['admin'] })) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    const text = await response.text()
    const code: unknown = text === '' ? undefined : JSON.parse(text).code
    expect({ name, status: response.status, code }).toEqual({ name, status, code: publicCode })
  }
})

it('lets in who has the role, and each good token with it', async () => {
  expect((await fetch(url, { headers: issuer.authorization({ roles: ['admin'] }) })).status).toBe(200)
  expect((await fetch(url, { headers: issuer.authorization({ roles: ['reader'] }) })).status).toBe(403)
  for (const { name, token } of goodTokens(issuer, { roles: ['admin'] })) {
    const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    expect({ name, status }).toEqual({ name, status: 200 })
  }
})
