import {
  Controller,
  Get,
  Module,
  Req,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common'
import { APP_INTERCEPTOR } from '@nestjs/core'
import {
  Authorize,
  CurrentAuth,
  hasRole,
  OptionalAuthentication,
  PortcullisModule,
  Public,
  type Auth,
} from '@portcullis/nest'
import { z } from 'zod'
import { errorLog } from './log.js'
import { bearer, guarded, moduleOf, NOBODY, OPTIONS, statusOf } from './orders-api.js'
import { beforeEachRequest, createApp, listen, PLATFORMS, served } from './service.js'

interface WithAuth {
  auth?: { readonly subject?: string }
}

const subjectOf = (request: WithAuth) => ({ subject: request.auth?.subject ?? null })

@Controller()
class CallerController {
  @Get('current')
  current(@CurrentAuth() auth: Auth) {
    const { subject, claims, roles, issuer } = auth
    return { subject, tenant: claims.tenant, roles, issuer, frozen: Object.isFrozen(auth) }
  }

  @OptionalAuthentication()
  @Get('optional')
  optional(@CurrentAuth() auth: Auth | undefined) {
    return { subject: auth?.subject ?? 'anonymous' }
  }

  @Public()
  @Get('public')
  public(@CurrentAuth() auth: Auth) {
    return { subject: auth.subject }
  }

  @Get('request')
  request(@Req() request: WithAuth) {
    return subjectOf(request)
  }

  @OptionalAuthentication()
  @Get('request/optional')
  optionalRequest(@Req() request: WithAuth) {
    return subjectOf(request)
  }

  @Public()
  @Get('request/public')
  publicRequest(@Req() request: WithAuth) {
    return subjectOf(request)
  }
}

function intrude(request: object): void {
  Object.assign(request, { auth: { subject: 'intruder' } })
}

class IntrudingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    intrude(context.switchToHttp().getRequest<object>())
    return next.handle()
  }
}

async function jsonOf(url: string, headers: Record<string, string>): Promise<unknown> {
  return (await fetch(url, { headers })).json()
}

describe.each(PLATFORMS)('on %s', (platform) => {
  const log = errorLog()
  const server = served(() => createApp(platform, guarded([CallerController]), log))

  test('@CurrentAuth() gives what was verified', async () => {
    const headers = bearer({ tenant: 't-1', roles: ['admin'] })
    expect(await jsonOf(`${server.url}/current`, headers)).toEqual({
      subject: 'alice',
      tenant: 't-1',
      roles: ['admin'],
      issuer: OPTIONS.issuer,
      frozen: true,
    })
  })

  test('@CurrentAuth() is undefined for an anonymous request', async () => {
    expect(await jsonOf(`${server.url}/optional`, NOBODY)).toEqual({ subject: 'anonymous' })
    expect(await jsonOf(`${server.url}/optional`, bearer())).toEqual({ subject: 'alice' })
  })

  test('@CurrentAuth() throws on a public route, even when the request has a token', async () => {
    expect(await statusOf(`${server.url}/public`, bearer())).toBe(500)
    expect(log.errors.at(-1)).toContain('@CurrentAuth(): has nobody to give')
    expect(log.errors.at(-1)).toContain('@OptionalAuthentication()')
  })

  test('request.auth is the caller, or undefined for an anonymous request and on a public route', async () => {
    expect(await jsonOf(`${server.url}/request`, bearer())).toEqual({ subject: 'alice' })
    expect(await jsonOf(`${server.url}/request/optional`, bearer())).toEqual({ subject: 'alice' })
    expect(await jsonOf(`${server.url}/request/optional`, NOBODY)).toEqual({ subject: null })
    expect(await jsonOf(`${server.url}/request/public`, bearer())).toEqual({ subject: null })
  })

  describe('when somebody else sets request.auth', () => {
    const before = served(async () => {
      const app = await createApp(platform, guarded([CallerController]))
      beforeEachRequest(app, platform, intrude)
      return app
    })
    const after = served(() =>
      createApp(
        platform,
        guarded([CallerController], {
          providers: [{ provide: APP_INTERCEPTOR, useClass: IntrudingInterceptor }],
        }),
      ),
    )

    test('before the guard, it is gone', async () => {
      expect(await jsonOf(`${before.url}/request`, bearer())).toEqual({ subject: 'alice' })
      expect(await jsonOf(`${before.url}/request/optional`, NOBODY)).toEqual({ subject: null })
      expect(await jsonOf(`${before.url}/request/public`, NOBODY)).toEqual({ subject: null })
      expect(await statusOf(`${before.url}/request`, NOBODY)).toBe(401)
    })

    test('after the guard, @CurrentAuth() does not believe it', async () => {
      expect(await jsonOf(`${after.url}/current`, bearer())).toMatchObject({ subject: 'alice' })
      expect(await jsonOf(`${after.url}/optional`, NOBODY)).toEqual({ subject: 'anonymous' })
    })
  })

  test('@CurrentAuth() throws where there is no guard', async () => {
    const unguarded = errorLog()
    const app = await createApp(platform, moduleOf({ controllers: [CallerController] }), unguarded)
    beforeEachRequest(app, platform, intrude)
    const url = await listen(app)
    expect(await statusOf(`${url}/current`, bearer())).toBe(500)
    expect(await statusOf(`${url}/optional`, NOBODY)).toBe(500)
    expect(unguarded.errors).toEqual([
      expect.stringContaining('import PortcullisModule.forRoot(...) in the root module'),
      expect.stringContaining('{ inheritAppConfig: true }'),
    ])
    await app.close()
  })
})

test('a schema gives the claims their type', async () => {
  const schema = z.object({ tenant: z.string() })
  @Controller()
  class TenantController {
    @Authorize(hasRole('admin'))
    @Get('tenant')
    tenant(@CurrentAuth() auth: Auth<z.infer<typeof schema>>) {
      return { tenant: auth.claims.tenant.toUpperCase() }
    }
  }
  @Module({ imports: [PortcullisModule.forRoot({ ...OPTIONS, schema })], controllers: [TenantController] })
  class AppModule {}
  const app = await createApp('express', AppModule)
  const url = await listen(app)
  expect(await jsonOf(`${url}/tenant`, bearer({ roles: ['admin'], tenant: 't-1' }))).toEqual({
    tenant: 'T-1',
  })
  expect(await statusOf(`${url}/tenant`, bearer({ roles: ['admin'] }))).toBe(401)
  await app.close()
})
