import { randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createIssuer, createKeyRing, IssuerError, staticClients } from '@portcullis/issuer'
import { redisKeyRingStore, redisRefreshTokenStore, RedisStoreError } from '@portcullis/redis'
import express from 'express'
import Koa from 'koa'
import { clientOf, freePort } from './support/redis-server.ts'

async function answerOf(listener: RequestListener): Promise<Response> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await response.clone().text()
    return response
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

const CLIENTS = staticClients([
  {
    id: 'web',
    authentication: { method: 'none' },
    grants: ['refresh_token'],
    access: { 'orders-api': ['orders:read'] },
  },
])

describe('a route that signs people in while Redis is away', () => {
  const KEPT = ['refresh tokens', 'keys'] as const

  test.each(KEPT)('is answered with 503 and Retry-After by Express and by Koa: %s', async (kept) => {
    const client = clientOf(await freePort())
    const shared = { timeout: 0.1 }
    const keyRing =
      kept === 'keys'
        ? createKeyRing({ store: redisKeyRingStore(client, { ...shared, sealingKey: randomBytes(32) }) })
        : createKeyRing()
    const issuer = createIssuer({
      issuer: 'https://id.example.com',
      keyRing,
      clients: CLIENTS,
      refreshTokens: redisRefreshTokenStore(client, shared),
    })
    const signIn = () => issuer.signIn({ subject: 'alice', clientId: 'web' })
    try {
      const error: unknown = await signIn().catch((cause: unknown) => cause)
      expect(error).toBeInstanceOf(kept === 'keys' ? IssuerError : RedisStoreError)
      const app = express()
      app.set('env', 'test') // it logs nothing then
      app.get('/', async (_req, res) => res.json(await signIn()))
      const koa = new Koa()
      koa.silent = true
      koa.use(async (ctx) => {
        ctx.body = await signIn()
      })
      for (const listener of [app as RequestListener, koa.callback() as RequestListener]) {
        const answer = await answerOf(listener)
        expect(answer.status).toBe(503)
        expect(answer.headers.get('Retry-After')).toBe('5')
      }
    } finally {
      client.disconnect()
    }
  })
})
