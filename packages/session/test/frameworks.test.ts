import 'reflect-metadata'
import { Controller, Get, Module, Post, Req, Res, type NestApplicationOptions } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import express, { type Request as ExpressRequest, type Response as ExpressResponse } from 'express'
import express4 from 'express4'
import Koa from 'koa'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { localJwks, type AuthenticatorOptions } from '@portcullis/core'
import * as forExpress from '@portcullis/express'
import * as forKoa from '@portcullis/koa'
import { CurrentAuth, PortcullisModule, ProblemDetailsFilter, Public, type Auth } from '@portcullis/nest'
import { createSessions, toNodeHandler, type Sessions } from '@portcullis/session'
import { ACCESS, REFRESH, setUp } from './support/bench.ts'

type Listener = (request: IncomingMessage, response: ServerResponse) => void
type Mount = (sessions: Sessions, options: AuthenticatorOptions) => Listener | Promise<Listener>

const QUIET: Pick<NestApplicationOptions, 'logger'> = { logger: false }
const user = { subject: 'alice', roles: ['clerk'] }

const onExpress =
  (create: () => unknown): Mount =>
  (sessions, options) => {
    const app = create() as ReturnType<typeof express>
    const routes = toNodeHandler(sessions.handler)
    app.use((req, res, next) => void routes(req, res, next))
    app.post('/sign-in', (req, res, next) => {
      sessions.signIn(req, user).then(({ headers }) => {
        res.setHeaders(headers)
        res.status(204).end()
      }, next)
    })
    app.use(forExpress.authenticate(options) as never)
    app.all('/me', (req, res) => void res.json({ subject: forExpress.currentAuth(req as never).subject }))
    app.use(forExpress.problemDetails() as never)
    return app
  }

const frameworks: Record<string, Mount> = {
  'Express 5': onExpress(express),
  'Express 4': onExpress(express4),
  Koa: (sessions, options) => {
    const app = new Koa()
    app.silent = true
    const routes = toNodeHandler(sessions.handler)
    app.use((ctx, next) => routes(ctx.req, ctx.res, next))
    app.use(forKoa.problemDetails())
    app.use(async (ctx, next) => {
      if (ctx.path === '/sign-in') {
        ctx.res.setHeaders((await sessions.signIn(ctx.req, user)).headers)
        ctx.status = 204
      } else await next()
    })
    app.use(forKoa.authenticate(options))
    app.use((ctx) => {
      ctx.body = { subject: forKoa.currentAuth(ctx).subject }
    })
    const callback = app.callback()
    return (request, response) => void callback(request, response)
  },
  Nest: async (sessions, options) => {
    @Controller()
    class AppController {
      @Public()
      @Post('sign-in')
      async signIn(@Req() req: ExpressRequest, @Res({ passthrough: true }) res: ExpressResponse) {
        res.setHeaders((await sessions.signIn(req, user)).headers)
        res.status(204)
      }

      @Get('me')
      me(@CurrentAuth() { subject }: Auth) {
        return { subject }
      }

      @Post('me')
      change(@CurrentAuth() { subject }: Auth) {
        return { subject }
      }
    }
    @Module({
      imports: [PortcullisModule.forRoot(options)],
      controllers: [AppController],
      providers: [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }],
    })
    class AppModule {}
    const app = await NestFactory.create(AppModule, new ExpressAdapter(), QUIET)
    app.use(toNodeHandler(sessions.handler))
    await app.init()
    return app.getHttpAdapter().getInstance() as Listener
  },
}

describe.each(Object.entries(frameworks))('in %s', (_, mount) => {
  const { issuer, revocation, keyRing, clock, store } = setUp()
  const server = createServer()
  let port: number
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
    const publicOrigin = `http://localhost:${port}`
    const sessions = createSessions({ issuer, clientId: 'web', publicOrigin, revocation, clock, store })
    const listener = await mount(sessions, {
      issuer: issuer.signer.issuer,
      audience: 'shop',
      keys: localJwks(await keyRing.jwks()),
      credentials: sessions.credentials,
      revocation,
      clock,
      publicOrigin,
    })
    server.on('request', listener)
  })
  afterAll(() => {
    server.close().closeAllConnections()
  })

  type Headers = readonly (readonly [name: string, value: string])[]
  const ask = (method: string, path: string, headers: Headers = []) =>
    new Promise<{ status: number; cookies: Map<string, string>; body: string }>((resolve, reject) => {
      const asked = httpRequest({ host: '127.0.0.1', port, method, path, agent: false })
      for (const name of new Set(headers.map(([name]) => name))) {
        asked.setHeader(
          name,
          headers.filter((each) => each[0] === name).map(([, value]) => value),
        )
      }
      asked.on('error', reject).on('response', (response) => {
        const chunks: Buffer[] = []
        const cookies = new Map(
          (response.headers['set-cookie'] ?? []).map((line) => {
            const [pair = ''] = line.split(';')
            return [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
          }),
        )
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => {
            resolve({ status: response.statusCode ?? 0, cookies, body: Buffer.concat(chunks).toString() })
          })
      })
      asked.end()
    })
  const SAME = ['Sec-Fetch-Site', 'same-origin'] as const
  const CROSS = ['Sec-Fetch-Site', 'cross-site'] as const
  const withCookies = (cookies: Map<string, string>) =>
    ['Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')] as const
  const signIn = async () => (await ask('POST', '/sign-in', [SAME])).cookies

  test('a session begins, serves, is renewed and ends', async () => {
    const signedIn = await ask('POST', '/sign-in', [SAME])
    expect([signedIn.status, [...signedIn.cookies.keys()]]).toEqual([204, [ACCESS, REFRESH]])
    const me = await ask('GET', '/me', [withCookies(signedIn.cookies)])
    expect([me.status, me.body]).toEqual([200, '{"subject":"alice"}'])
    const renewed = await ask('POST', '/session', [SAME, withCookies(signedIn.cookies)])
    expect(renewed.status).toBe(200)
    expect((await ask('GET', '/me', [withCookies(renewed.cookies)])).status).toBe(200)
    const out = await ask('POST', '/session/sign-out', [SAME, withCookies(renewed.cookies)])
    expect([out.status, [...out.cookies.values()]]).toEqual([204, ['', '']])
    for (const cookies of [signedIn.cookies, renewed.cookies]) {
      const refused = await ask('GET', '/me', [withCookies(cookies)])
      expect([refused.status, refused.body]).toEqual([401, expect.stringContaining('token_revoked')])
    }
    expect((await ask('POST', '/session', [SAME, withCookies(renewed.cookies)])).status).toBe(401)
  })

  test('attack 156: a cookie twice, quoted, encoded or under another name is not taken', async () => {
    const token = (await signIn()).get(ACCESS)!
    const me = async (...values: readonly string[]) => {
      const { status, body } = await ask(
        'GET',
        '/me',
        values.map((value) => ['Cookie', value]),
      )
      return [status, (JSON.parse(body) as { code?: string }).code]
    }
    expect(await me(`${ACCESS}=${token}`)).toEqual([200, undefined])
    expect(await me(`${ACCESS}=${token}; ${ACCESS}=${token}`)).toEqual([400, 'credentials_multiple'])
    expect(await me(`${ACCESS}=${token}`, `${ACCESS}=`)).toEqual([400, 'credentials_multiple'])
    expect(await me(`${ACCESS}="${token}"`)).toEqual([401, 'token_invalid'])
    expect(await me(`${ACCESS}=${token.replaceAll('.', '%2E')}`)).toEqual([401, 'token_invalid'])
    expect(await me(`${ACCESS.toLowerCase()}=${token}`)).toEqual([401, 'credentials_missing'])
    expect(await me(`${ACCESS.slice(7)}=${token}`)).toEqual([401, 'credentials_missing'])
  })

  test('attack 157: an unsafe request from another site is refused, at the service and at each route', async () => {
    const cookies = withCookies(await signIn())
    for (const path of [
      '/me',
      '/sign-in',
      '/session',
      '/session/sign-out',
      '/session/sign-out-everywhere',
      '/session/end/x',
    ]) {
      for (const headers of [[CROSS], [], [['Origin', 'https://evil.example']], [SAME, CROSS]] as const) {
        const refused = await ask('POST', path, [cookies, ...headers])
        expect([path, refused.status]).toEqual([path, 403])
        expect(refused.cookies.size).toBe(0)
      }
    }
    expect((await ask('POST', '/me', [cookies, SAME])).status).toBeLessThan(300)
    expect((await ask('POST', '/session', [cookies, SAME])).status).toBe(200)
  })
})
