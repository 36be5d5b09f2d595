import { request } from 'node:http'
import Router from '@koa/router'
import type Koa from 'koa'
import { authenticate, custom } from '@portcullis/koa'
import { OPTIONS } from './options.js'
import { LINES, served } from './service.js'

const FORWARDED = {
  Host: 'inner.example:8080',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'shop.example:8443',
}

describe.each(LINES)('%s', (_, Application) => {
  const urls: string[] = []
  const guard = authenticate({
    ...OPTIONS,
    optional: true,
    credentials: custom((asked) => {
      urls.push(asked.url)
      return undefined
    }),
  })

  /** The URL that a source is given, of a request with this target and these headers. */
  function seenBy(mount: (app: Koa) => void) {
    const server = served(() => {
      const app = new Application()
      mount(app)
      return app.callback()
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

  describe('by default', () => {
    const seen = seenBy((app) => app.use(guard))

    test('no X-Forwarded header is believed', async () => {
      expect(await seen('/orders?a=1', FORWARDED)).toBe('http://inner.example:8080/orders?a=1')
    })

    test('an absolute request target is the URL', async () => {
      expect(await seen('http://other.example/orders', FORWARDED)).toBe('http://other.example/orders')
    })
  })

  describe('with app.proxy', () => {
    const seen = seenBy((app) => {
      app.proxy = true
      app.use(
        new Router()
          .use('/mounted', guard)
          .get('/mounted/orders', () => undefined)
          .routes(),
      )
    })

    test('the proxy says how the client addressed the request', async () => {
      expect(await seen('/mounted/orders?a=1', FORWARDED)).toBe(
        'https://shop.example:8443/mounted/orders?a=1',
      )
    })
  })

  test('the URL is not asked for unless a source needs it', async () => {
    const context = {
      req: { method: 'GET', headers: {}, rawHeaders: [] } as never,
      protocol: 'https',
      get host(): string {
        throw new Error('asked')
      },
      originalUrl: '/',
      state: {},
    }
    const passed = jest.fn(() => Promise.resolve())
    await authenticate({ ...OPTIONS, optional: true })(context, passed)
    expect(passed).toHaveBeenCalledTimes(1)
  })
})
