import Router from '@koa/router'
import type Koa from 'koa'
import {
  AuthError,
  authenticate,
  authorize,
  ConfigurationError,
  currentAuth,
  custom,
  hasRole,
  hasScope,
  problemDetails,
  secret,
} from '@portcullis/koa'
import { INTRUDER } from '@portcullis/testing/conformance'
import { bearer, OPTIONS } from './options.js'
import { LINES, served } from './service.js'

describe.each(LINES)('%s', (_, Application) => {
  /** An app on a server of its own, the errors that pass its outermost middleware and those that it emits. */
  function started(mount: (app: Koa) => void) {
    const thrown: unknown[] = []
    const emitted: unknown[] = []
    const server = served(() => {
      const app = new Application()
      app.on('error', (error: unknown) => emitted.push(error))
      app.use(async (_ctx, next) => {
        try {
          await next()
        } catch (error) {
          thrown.push(error)
          throw error
        }
      })
      mount(app)
      return app.callback()
    })
    beforeEach(() => {
      thrown.length = 0
      emitted.length = 0
    })
    return { thrown, emitted, get: (path: string, init?: RequestInit) => fetch(server.url + path, init) }
  }

  describe('a refusal', () => {
    const { thrown, emitted, get } = started((app) => {
      app.use(authenticate(OPTIONS)).use(authorize(hasRole('admin')))
      app.use((ctx) => {
        ctx.body = 'admin'
      })
    })

    test('is thrown by authenticate, and answered by Koa', async () => {
      const response = await get('/')
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toBe('Bearer')
      expect(await response.text()).toBe('An access token is required')
      expect(thrown).toEqual([expect.any(AuthError)])
      expect(thrown[0]).toMatchObject({ code: 'credentials_missing', status: 401 })
      expect(emitted).toEqual(thrown)
    })

    test('is thrown by authorize, and answered by Koa', async () => {
      const response = await get('/', { headers: bearer() })
      expect(response.status).toBe(403)
      expect(response.headers.get('WWW-Authenticate')).toContain('error="insufficient_scope"')
      expect(thrown).toEqual([expect.any(AuthError)])
      expect(thrown[0]).toMatchObject({ code: 'role_insufficient', status: 403 })
    })

    test('does not show the token to the caller', async () => {
      const response = await get('/', { headers: { Authorization: 'Bearer reflected-4711' } })
      expect(await response.text()).not.toContain('reflected-4711')
      expect(thrown[0]).toMatchObject({ code: 'token_malformed' })
    })
  })

  describe('the failure of a route', () => {
    const failure = Object.assign(new Error('the route fails'), { expose: true, status: 418 })
    const { thrown, get } = started((app) => {
      app
        .use(problemDetails())
        .use(authenticate(OPTIONS))
        .use(authorize(hasRole('admin')))
      app.use(() => Promise.reject(failure))
    })

    test('passes through unchanged', async () => {
      expect((await get('/', { headers: bearer({ roles: ['admin'] }) })).status).toBe(418)
      expect(thrown).toEqual([failure])
      expect(thrown[0]).toBe(failure)
    })
  })

  describe('authorize without authenticate', () => {
    const { thrown, get } = started((app) => {
      const router = new Router()
      router.get('/admin', authorize(hasRole('admin')))
      router.get('/scope', authorize(hasScope('orders:read')))
      router.get('/current', (ctx) => {
        ctx.body = currentAuth(ctx).subject
      })
      app.use((ctx, next) => {
        Object.assign(ctx.state, { auth: INTRUDER })
        return next()
      })
      app.use(router.routes())
    })

    test.each([
      ['/admin', 'Bearer'],
      ['/scope', 'Bearer scope="orders:read"'],
      ['/current', 'Bearer'],
    ])('lets nobody in to %s, whatever stands in ctx.state.auth', async (path, challenge) => {
      const response = await get(path, { headers: bearer({ roles: ['admin'], scope: 'orders:read' }) })
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toBe(challenge)
      expect(thrown[0]).toMatchObject({ code: 'credentials_missing' })
    })
  })

  describe('ctx.state.auth', () => {
    const others = secret(Buffer.from('another secret of thirty-two bytes..'), 'HS256')
    const { thrown, get } = started((app) => {
      const inner = new Router()
      inner.use(authenticate({ ...OPTIONS, keys: others, optional: true }))
      inner.get('/', (ctx) => {
        ctx.body = { auth: ctx.state.auth?.subject ?? null }
      })
      const router = new Router()
      router.get('/', (ctx) => {
        ctx.body = { subject: currentAuth(ctx).subject, frozen: Object.isFrozen(ctx.state.auth) }
      })
      router.use('/inner', inner.routes())
      app.use(authenticate({ ...OPTIONS, optional: true })).use(router.routes())
    })

    test('is what the verifier made, frozen', async () => {
      const response = await get('/', { headers: bearer() })
      expect(await response.json()).toEqual({ subject: 'alice', frozen: true })
    })

    test('is refused by currentAuth where the request is anonymous', async () => {
      expect((await get('/')).status).toBe(401)
      expect(thrown[0]).toMatchObject({ code: 'credentials_missing' })
    })

    test('is what the innermost authenticate says', async () => {
      expect(await (await get('/inner')).json()).toEqual({ auth: null })
      expect((await get('/inner', { headers: bearer() })).status).toBe(401)
      expect(thrown[0]).toMatchObject({ code: 'signature_invalid' })
    })
  })

  describe('a source that fails', () => {
    const failing = {
      '/later': authenticate({ ...OPTIONS, credentials: custom(() => Promise.reject(new Error('later'))) }),
      '/keys': authenticate({ ...OPTIONS, keys: { find: () => Promise.reject(new Error('no keys')) } }),
    }
    const { thrown, get } = started((app) => {
      const router = new Router()
      for (const [path, guard] of Object.entries(failing)) router.get(path, guard)
      app.use(router.routes())
    })

    test.each([
      ['/later', 'credentials_unavailable'],
      ['/keys', 'keys_unavailable'],
    ])('is an outage, handled to the end: %s', async (path, code) => {
      const response = await get(path, { headers: bearer() })
      expect(response.status).toBe(503)
      expect(response.headers.get('Retry-After')).toBe('5')
      expect(thrown[0]).toMatchObject({ code })
      // Jest fails a test in whose time a rejection is left unhandled.
      await new Promise((resolve) => setImmediate(resolve))
    })
  })

  describe('problemDetails', () => {
    const { thrown, emitted, get } = started((app) => {
      app.use(problemDetails())
      app.use(async (ctx, next) => {
        ctx.body = { unfinished: true }
        if (ctx.path === '/sent') ctx.res.write('half of it')
        await next()
      })
      app.use(authorize(hasScope('orders:read')))
    })

    test('answers a refusal itself, and the app still hears of it', async () => {
      const response = await get('/')
      expect(response.status).toBe(401)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await response.json()).toEqual({
        type: 'about:blank',
        title: 'An access token is required',
        status: 401,
        code: 'credentials_missing',
        scope: 'orders:read',
      })
      expect(thrown).toEqual([])
      expect(emitted).toEqual([expect.objectContaining({ code: 'credentials_missing' })])
    })

    test('leaves an answer that has begun to Koa', async () => {
      const abandoned = new AbortController()
      const response = await get('/sent', { signal: abandoned.signal })
      expect(response.headers.get('Content-Type')).not.toBe('application/problem+json')
      expect(thrown).toEqual([expect.objectContaining({ code: 'credentials_missing' })])
      abandoned.abort()
    })
  })

  describe('the body of a request', () => {
    const { get } = started((app) => {
      app.use(authenticate(OPTIONS)).use(authorize(hasScope('orders:write')))
      app.use((ctx) => {
        ctx.body = ctx.req
      })
    })

    test('is left for the route to read', async () => {
      const body = 'access_token=not-for-us&'.repeat(5000)
      const response = await get('/', { method: 'POST', body, headers: bearer({ scope: 'orders:write' }) })
      expect(await response.text()).toBe(body)
    })
  })
})

test('a wrong option fails when the middleware is made', () => {
  // @ts-expect-error -- the audience must be given, if only as null
  expect(() => authenticate({ issuer: 'https://id.example.com' })).toThrow(ConfigurationError)
  expect(() => authorize()).toThrow(ConfigurationError)
})
