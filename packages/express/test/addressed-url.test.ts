import { request } from 'node:http'
import type { Express } from 'express'
import { authenticate, custom } from '@portcullis/express'
import { OPTIONS } from './options.js'
import { LINES, served } from './service.js'

describe.each(LINES)('%s', (_, express) => {
  const urls: string[] = []
  const guard = () =>
    authenticate({
      ...OPTIONS,
      optional: true,
      credentials: custom((asked) => {
        urls.push(asked.url)
        return undefined
      }),
    })

  /** The URL that a source is given, of a request with this target and these headers. */
  function seenBy(mount: (app: Express) => void) {
    const server = served(() => {
      const app = express()
      mount(app)
      return app
    })
    return async (path: string, headers: Record<string, string>) => {
      urls.length = 0
      await new Promise<void>((resolve, reject) => {
        const { hostname, port } = new URL(server.url)
        request({ hostname, port, path, headers }, (response) => response.resume().on('end', resolve))
          .on('error', reject)
          .end()
      })
      return urls[0]
    }
  }

  const FORWARDED = {
    Host: 'inner.example:8080',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'shop.example:8443',
  }

  describe('by default', () => {
    const seen = seenBy((app) => app.use(guard()))

    test('no X-Forwarded header is believed', async () => {
      expect(await seen('/orders?a=1', FORWARDED)).toBe('http://inner.example:8080/orders?a=1')
    })

    test('an absolute request target is the URL', async () => {
      expect(await seen('http://other.example/orders', FORWARDED)).toBe('http://other.example/orders')
    })
  })

  describe('behind proxies that are trusted by address', () => {
    const trusting = seenBy((app) => app.set('trust proxy', 'loopback').use(guard()))
    const strict = seenBy((app) => app.set('trust proxy', '192.0.2.1').use(guard()))

    test('the proxy says how the client addressed the request', async () => {
      expect(await trusting('/orders', FORWARDED)).toBe('https://shop.example:8443/orders')
    })

    test('the first of several hosts is the one that the client addressed', async () => {
      expect(await trusting('/', { ...FORWARDED, 'X-Forwarded-Host': 'a.example , b.example' })).toBe(
        'https://a.example/',
      )
    })

    test('an empty host is none', async () => {
      expect(await trusting('/', { ...FORWARDED, 'X-Forwarded-Host': '' })).toBe(
        'https://inner.example:8080/',
      )
    })

    test('another address is not believed', async () => {
      expect(await strict('/orders', FORWARDED)).toBe('http://inner.example:8080/orders')
    })
  })

  describe('in mounted routers and apps', () => {
    const seen = seenBy((app) => {
      const router = express.Router()
      router.use('/deep', guard())
      const inner = express()
      inner.use(guard())
      app.set('trust proxy', true)
      app.use('/router', router)
      app.use('/app', inner)
    })

    test('the path is whole', async () => {
      expect(await seen('/router/deep/orders', FORWARDED)).toBe(
        'https://shop.example:8443/router/deep/orders',
      )
      expect(await seen('/app/orders', FORWARDED)).toBe('https://shop.example:8443/app/orders')
    })
  })
})
