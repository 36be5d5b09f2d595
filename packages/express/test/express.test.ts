import type { ErrorRequestHandler, Express } from 'express'
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
} from '@portcullis/express'
import { INTRUDER } from '@portcullis/testing/conformance'
import { bearer, OPTIONS } from './options.js'
import { LINES, served } from './service.js'

describe.each(LINES)('%s', (_, express) => {
  /** An app on a server of its own, and the errors that reach the user's handler. */
  function started(mount: (app: Express) => void) {
    const errors: unknown[] = []
    const seen: ErrorRequestHandler = (error, _req, _res, next) => {
      errors.push(error)
      next(error)
    }
    const server = served(() => {
      const app = express()
      mount(app)
      app.use(seen)
      return app
    })
    return { errors, get: (path: string, init?: RequestInit) => fetch(server.url + path, init) }
  }

  describe('a refusal', () => {
    const { errors, get } = started((app) => {
      app.use(authenticate(OPTIONS))
      app.get('/admin', authorize(hasRole('admin')), (_req, res) => res.end('admin'))
    })
    beforeEach(() => {
      errors.length = 0
    })

    test('reaches the error handlers once, from authenticate', async () => {
      const response = await get('/admin')
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toBe('Bearer')
      expect(errors).toEqual([expect.any(AuthError)])
      expect(errors[0]).toMatchObject({ code: 'credentials_missing', status: 401 })
    })

    test('reaches the error handlers once, from authorize', async () => {
      const response = await get('/admin', { headers: bearer() })
      expect(response.status).toBe(403)
      expect(response.headers.get('WWW-Authenticate')).toContain('error="insufficient_scope"')
      expect(errors).toEqual([expect.any(AuthError)])
      expect(errors[0]).toMatchObject({ code: 'role_insufficient', status: 403 })
    })

    test('does not show the token to the caller', async () => {
      const response = await get('/admin', { headers: { Authorization: 'Bearer reflected-4711' } })
      expect(await response.text()).not.toContain('reflected-4711')
      expect(errors[0]).toMatchObject({ code: 'token_malformed' })
    })
  })

  describe('the handlers', () => {
    const calls: unknown[] = []
    const counted = (handler: ReturnType<typeof authenticate>): ReturnType<typeof authenticate> => {
      return (req, res, next) => {
        handler(req, res, (error) => {
          calls.push(error)
          next(error)
        })
      }
    }
    const { get } = started((app) => {
      app.use(counted(authenticate(OPTIONS)))
      app.get('/', (_req, res) => res.end('reached'))
      app.get('/throws', () => {
        throw new Error('the route fails')
      })
    })
    beforeEach(() => {
      calls.length = 0
    })

    test('call next once for a valid token', async () => {
      expect((await get('/', { headers: bearer() })).status).toBe(200)
      expect(calls).toEqual([undefined])
    })

    test('call next once for a refusal', async () => {
      expect((await get('/')).status).toBe(401)
      expect(calls).toEqual([expect.objectContaining({ code: 'credentials_missing' })])
    })

    test('do not take the failure of a route for their own', async () => {
      expect((await get('/throws', { headers: bearer() })).status).toBe(500)
      expect(calls).toEqual([undefined])
    })
  })

  describe('authorize without authenticate', () => {
    const { errors, get } = started((app) => {
      app.use((req, _res, next) => {
        Object.assign(req, { auth: INTRUDER })
        next()
      })
      app.get('/admin', authorize(hasRole('admin')), (_req, res) => res.end('admin'))
      app.get('/scope', authorize(hasScope('orders:read')), (_req, res) => res.end('scope'))
      app.get('/current', (req, res) => res.json(currentAuth(req).subject))
    })

    test.each([
      ['/admin', 'Bearer'],
      ['/scope', 'Bearer scope="orders:read"'],
      ['/current', 'Bearer'],
    ])('lets nobody in to %s, whatever stands in req.auth', async (path, challenge) => {
      errors.length = 0
      const response = await get(path, { headers: bearer({ roles: ['admin'], scope: 'orders:read' }) })
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toBe(challenge)
      expect(errors[0]).toMatchObject({ code: 'credentials_missing' })
    })
  })

  describe('req.auth', () => {
    const others = secret(Buffer.from('another secret of thirty-two bytes..'), 'HS256')
    const { errors, get } = started((app) => {
      const inner = express.Router()
      inner.use(authenticate({ ...OPTIONS, keys: others, optional: true }))
      inner.get('/', (req, res) => res.json({ auth: req.auth?.subject ?? null }))
      app.use(authenticate({ ...OPTIONS, optional: true }))
      app.get('/', (req, res) => {
        res.json({ subject: currentAuth(req).subject, frozen: Object.isFrozen(req.auth) })
      })
      app.use('/inner', inner)
    })

    test('is what the verifier made, frozen', async () => {
      const response = await get('/', { headers: bearer() })
      expect(await response.json()).toEqual({ subject: 'alice', frozen: true })
    })

    test('is refused by currentAuth where the request is anonymous', async () => {
      errors.length = 0
      expect((await get('/')).status).toBe(401)
      expect(errors[0]).toMatchObject({ code: 'credentials_missing' })
    })

    test('is what the innermost authenticate says', async () => {
      errors.length = 0
      expect(await (await get('/inner')).json()).toEqual({ auth: null })
      expect((await get('/inner', { headers: bearer() })).status).toBe(401)
      expect(errors[0]).toMatchObject({ code: 'signature_invalid' })
    })
  })

  describe('a source that fails', () => {
    const { errors, get } = started((app) => {
      app.use(
        '/later',
        authenticate({ ...OPTIONS, credentials: custom(() => Promise.reject(new Error('later'))) }),
      )
      app.use(
        '/keys',
        authenticate({ ...OPTIONS, keys: { find: () => Promise.reject(new Error('no keys')) } }),
      )
      app.use((_req, res) => res.end('reached'))
    })

    test.each([
      ['/later', 'credentials_unavailable'],
      ['/keys', 'keys_unavailable'],
    ])('is an outage, handled to the end: %s', async (path, code) => {
      errors.length = 0
      const response = await get(path, { headers: bearer() })
      expect(response.status).toBe(503)
      expect(response.headers.get('Retry-After')).toBe('5')
      expect(errors[0]).toMatchObject({ code })
      // Jest fails a test in whose time a rejection is left unhandled.
      await new Promise((resolve) => setImmediate(resolve))
    })
  })

  describe('problemDetails', () => {
    const failure = new Error('the route fails')
    const { errors, get } = started((app) => {
      app.get('/fails', () => {
        throw failure
      })
      app.get('/sent', (_req, res, next) => {
        res.write('half of it')
        next(new AuthError('credentials_missing'))
      })
      app.get('/refused', authorize(hasScope('orders:read')))
      app.use(problemDetails())
    })
    beforeEach(() => {
      errors.length = 0
    })

    test('answers a refusal itself', async () => {
      const response = await get('/refused')
      expect(response.status).toBe(401)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await response.json()).toEqual({
        type: 'about:blank',
        title: 'An access token is required',
        status: 401,
        code: 'credentials_missing',
        scope: 'orders:read',
      })
      expect(errors).toEqual([])
    })

    test('passes every other error on, unchanged', async () => {
      expect((await get('/fails')).status).toBe(500)
      expect(errors).toEqual([failure])
      expect(errors[0]).toBe(failure)
    })

    test('leaves an answer that has begun to Express, which cuts it off', async () => {
      const response = await get('/sent')
      await expect(response.text()).rejects.toThrow()
      expect(errors).toEqual([expect.objectContaining({ code: 'credentials_missing' })])
    })
  })

  describe('the body of a request', () => {
    const { get } = started((app) => {
      app.use(authenticate(OPTIONS))
      app.post('/', authorize(hasScope('orders:write')), (req, res) => req.pipe(res))
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
