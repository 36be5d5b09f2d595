import {
  BadRequestException,
  Catch,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  NotFoundException,
  Res,
  ServiceUnavailableException,
  UnauthorizedException,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
  type Type,
} from '@nestjs/common'
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core'
import { createVerifier } from '@portcullis/core'
import {
  AuthError,
  Authorize,
  custom,
  hasRole,
  hasScope,
  PortcullisModule,
  ProblemDetailsFilter,
  Public,
} from '@portcullis/nest'
import type { ServerResponse } from 'node:http'
import { bearer, FORGED, guarded, moduleOf, NOBODY, OPTIONS } from './orders-api.js'
import { createApp, PLATFORMS, served } from './service.js'

interface FastifyReply {
  readonly raw: ServerResponse
  hijack(): void
}

const verify = createVerifier(OPTIONS)

@Controller()
class OrdersController {
  @Get('orders')
  list() {
    return {}
  }

  @Authorize(hasScope('orders:read'), hasRole('admin'))
  @Get('forbidden')
  forbidden() {
    return {}
  }

  @Public()
  @Get('missing')
  missing() {
    throw new NotFoundException('no such order')
  }

  @Public()
  @Get('broken')
  broken() {
    throw new Error('the orders are gone')
  }

  /** A token from elsewhere than the request, such as a body. */
  @Public()
  @Get('verified-here')
  async verifiedHere() {
    return (await verify(FORGED.authorization.slice('Bearer '.length))).claims
  }

  @Public()
  @Get('too-late')
  tooLate(@Res() response: ServerResponse | FastifyReply) {
    if ('hijack' in response) response.hijack()
    const { raw } = 'raw' in response ? response : { raw: response }
    raw.write('the beginning')
    throw new AuthError('token_expired')
  }
}

const PROBLEM = {
  type: 'about:blank',
  title: 'The access token lacks a required scope',
  status: 403,
  code: 'scope_insufficient',
  scope: 'orders:read',
}
const CHALLENGE =
  'Bearer error="insufficient_scope", error_description="The access token lacks a required scope", scope="orders:read"'

async function answerOf(url: string, headers: Record<string, string> = NOBODY) {
  const response = await fetch(url, { headers })
  const type = response.headers.get('content-type')?.split(';')[0]
  return {
    status: response.status,
    type,
    challenge: response.headers.get('www-authenticate'),
    caching: response.headers.get('cache-control'),
    body: await response.json(),
  }
}

describe.each(PLATFORMS)('on %s', (platform) => {
  describe('without a filter', () => {
    const server = served(() => createApp(platform, guarded([OrdersController])))

    test('Nest answers a refusal with status, challenge and JSON', async () => {
      expect(await answerOf(`${server.url}/forbidden`, bearer())).toEqual({
        status: 403,
        type: 'application/json',
        challenge: CHALLENGE,
        caching: 'no-store',
        body: PROBLEM,
      })
    })
  })

  describe("with a user's filter", () => {
    const seen: unknown[] = []

    @Catch(HttpException)
    class UsersFilter implements ExceptionFilter {
      constructor(private readonly adapters: HttpAdapterHost) {}

      catch(exception: HttpException, host: ArgumentsHost) {
        seen.push(exception)
        const body = { mine: true, refused: exception.cause instanceof AuthError && exception.cause.code }
        this.adapters.httpAdapter.reply(host.switchToHttp().getResponse(), body, exception.getStatus())
      }
    }

    const failing = custom((request) => {
      if (request.header('x-token').length > 0) throw new Error('the vault is sealed')
      const [header] = request.header('authorization')
      if (header === 'malformed') throw new AuthError('credentials_malformed')
      return header?.slice('Bearer '.length)
    })
    const server = served(async () => {
      const imports = [PortcullisModule.forRoot({ ...OPTIONS, credentials: failing })]
      const app = await createApp(platform, moduleOf({ imports, controllers: [OrdersController] }))
      return app.useGlobalFilters(new UsersFilter(app.get(HttpAdapterHost)))
    })

    test.each<readonly [string, Type, string, string, Record<string, string>]>([
      ['400', BadRequestException, 'orders', 'credentials_malformed', { authorization: 'malformed' }],
      ['401', UnauthorizedException, 'orders', 'credentials_missing', NOBODY],
      ['401', UnauthorizedException, 'orders', 'signature_invalid', FORGED],
      ['403', ForbiddenException, 'forbidden', 'scope_insufficient', bearer()],
      ['403', ForbiddenException, 'forbidden', 'role_insufficient', bearer({ scope: 'orders:read' })],
      ['503', ServiceUnavailableException, 'orders', 'credentials_unavailable', { 'x-token': 'x' }],
    ])('it sees the exception for %s, %p at /%s for %s', async (status, type, path, code, headers) => {
      const answer = await answerOf(`${server.url}/${path}`, headers)
      expect(answer).toMatchObject({ status: Number(status), body: { mine: true, refused: code } })
      expect(answer.caching).toBe('no-store')
      expect(answer.challenge === null).toBe(status === '503')
      const exception = seen.at(-1) as HttpException
      expect(exception).toBeInstanceOf(type)
      expect(exception.cause).toMatchObject({ name: 'AuthError', code })
      expect(exception.message).toBe((exception.cause as AuthError).message)
    })
  })

  describe.each<readonly [how: string, start: () => ReturnType<typeof createApp>]>([
    [
      'APP_FILTER',
      () => {
        const providers = [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }]
        return createApp(platform, guarded([OrdersController], { providers }))
      },
    ],
    [
      'useGlobalFilters',
      async () => {
        const app = await createApp(platform, guarded([OrdersController]))
        return app.useGlobalFilters(new ProblemDetailsFilter(app.get(HttpAdapterHost)))
      },
    ],
    [
      '@UseFilters()',
      () => {
        @UseFilters(ProblemDetailsFilter)
        @Controller()
        class FilteredController extends OrdersController {}
        return createApp(platform, guarded([FilteredController]))
      },
    ],
  ])('with the ProblemDetailsFilter by %s', (_, start) => {
    const server = served(start)

    test('a refusal is answered with problem details', async () => {
      expect(await answerOf(`${server.url}/forbidden`, bearer())).toEqual({
        status: 403,
        type: 'application/problem+json',
        challenge: CHALLENGE,
        caching: 'no-store',
        body: PROBLEM,
      })
    })

    test('so is an AuthError of a handler', async () => {
      expect(await answerOf(`${server.url}/verified-here`)).toEqual({
        status: 401,
        type: 'application/problem+json',
        challenge: 'Bearer error="invalid_token", error_description="The access token is invalid"',
        caching: 'no-store',
        body: {
          type: 'about:blank',
          title: 'The access token is invalid',
          status: 401,
          code: 'token_invalid',
        },
      })
    })

    test('other exceptions are answered as before', async () => {
      expect(await answerOf(`${server.url}/missing`)).toMatchObject({
        status: 404,
        type: 'application/json',
        challenge: null,
        body: { message: 'no such order' },
      })
      expect(await answerOf(`${server.url}/broken`)).toMatchObject({
        status: 500,
        body: { message: 'Internal server error' },
      })
    })

    test('an answer that has begun is ended', async () => {
      const response = await fetch(`${server.url}/too-late`)
      expect(await response.text()).toBe('the beginning')
    })
  })

  describe("with the ProblemDetailsFilter beside a user's filter", () => {
    @Catch(HttpException)
    class TeapotFilter implements ExceptionFilter {
      constructor(private readonly adapters: HttpAdapterHost) {}

      catch(_: unknown, host: ArgumentsHost) {
        this.adapters.httpAdapter.reply(host.switchToHttp().getResponse(), { short: true }, 418)
      }
    }
    const server = served(async () => {
      const app = await createApp(platform, guarded([OrdersController]))
      const adapters = app.get(HttpAdapterHost)
      return app.useGlobalFilters(new TeapotFilter(adapters), new ProblemDetailsFilter(adapters))
    })

    test('each answers what is its own', async () => {
      expect(await answerOf(`${server.url}/forbidden`, bearer())).toMatchObject({
        status: 403,
        body: PROBLEM,
      })
      expect(await answerOf(`${server.url}/missing`)).toMatchObject({ status: 418, body: { short: true } })
    })
  })
})
