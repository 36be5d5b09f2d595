import { randomBytes } from 'node:crypto'
import { freePort, startRedis, withRedis } from '../../../packages/redis/test/support/redis-server.js'
import { createIdentityService } from '../src/identity-service.js'
import { listen } from '../src/listen.js'
import { PEOPLE } from '../src/people.js'
import { openRedisState } from '../src/redis-state.js'
import type { Addresses } from '../src/service-context.js'

withRedis('identity, while Redis is away', () => {
  test('answers each of its own routes with 503 and Retry-After, and goes on when it is back', async () => {
    const port = await freePort()
    const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'], port)
    const sealingKey = randomBytes(32).toString('base64')
    const state = await openRedisState({ url: `redis://127.0.0.1:${port}`, prefix: 'outage', sealingKey })
    const server = await listen()
    const names = ['identity', 'gateway', 'catalog', 'orders', 'billing']
    const addresses = Object.fromEntries(names.map((name) => [name, server.url])) as unknown as Addresses
    const context = { addresses, state, clock: () => Date.now() / 1000 }
    server.serve(await createIdentityService(context))

    const post = (path: string, json: object, token = '') =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(json),
      })
    const { name, password } = PEOPLE.max
    const signIn = () => post('/sign-in', { name, password })
    try {
      const signedIn = await signIn()
      expect(signedIn.status).toBe(200)
      const { accessToken, refreshToken } = (await signedIn.json()) as Record<string, string>
      const suspend = () => post('/people/dave/suspension', {}, accessToken)
      const signOut = () => post('/sign-out', { refreshToken })
      await redis.kill()

      for (const answer of await Promise.all([signIn(), suspend(), signOut()])) {
        expect(answer.status).toBe(503)
        expect(answer.headers.get('Retry-After')).toBe('5')
        expect(await answer.json()).toMatchObject({ code: 'state_unavailable' })
      }
      await redis.restart()
      for (const route of [signIn, suspend, signOut]) {
        let answer = await route()
        for (let attempt = 0; attempt < 10 && answer.status === 503; attempt++) answer = await route()
        expect(answer.status).toBe(200)
      }
    } finally {
      await server.stop()
      state.close()
      await redis.stop()
    }
  }, 60_000)
})
