import { Controller, Get, type NestApplicationOptions } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import {
  MessagePattern,
  Server,
  type CustomStrategy,
  type CustomTransportStrategy,
} from '@nestjs/microservices'
import { ExpressAdapter } from '@nestjs/platform-express'
import {
  AuthError,
  Authorize,
  CurrentAuth,
  hasRole,
  OptionalAuthentication,
  ProblemDetailsFilter,
  Public,
  type Auth,
} from '@portcullis/nest'
import { lastValueFrom } from 'rxjs'
import { errorLog } from './log.js'
import { bearer, guarded, NOBODY, statusOf } from './orders-api.js'
import { createApp, listen } from './service.js'

/** A transport without a network: Nest runs the same guards, filters and handlers as for every other. */
class InMemory extends Server implements CustomTransportStrategy {
  listen(callback: () => void) {
    callback()
  }
  close() {
    this.messageHandlers.clear()
  }
  on() {
    return this
  }
  unwrap(): never {
    throw new Error('there is nothing inside')
  }
  async ask(pattern: string, data: object): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern)
    if (handler === null) throw new Error(`nobody listens to ${pattern}`)
    return lastValueFrom(this.transformToObservable(await handler(data, {})))
  }
}

let ran: string[] = []
beforeEach(() => {
  ran = []
})
const run = (name: string) => {
  ran.push(name)
  return name
}

@Controller()
class OrdersController {
  @MessagePattern('bare') bare() {
    return run('bare')
  }
  @MessagePattern('current') current(@CurrentAuth() auth: Auth) {
    return run(`current ${auth.subject}`)
  }
  @OptionalAuthentication() @MessagePattern('optional') optional() {
    return run('optional')
  }
  @Authorize(hasRole('admin')) @MessagePattern('admin') admin() {
    return run('admin')
  }
  @Public() @MessagePattern('public') public() {
    return run('public')
  }
  @Public() @MessagePattern('public-current') publicCurrent(@CurrentAuth() auth: Auth) {
    return run(`public-current ${auth.subject}`)
  }
  @Public() @MessagePattern('refusing') refusing() {
    throw new AuthError('token_expired')
  }
  @Get('orders') orders() {
    return {}
  }
  @Public() @Get('health') health() {
    return {}
  }
}

const REFUSED = { status: 'error', message: 'Internal server error' }
const providers = [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }]

async function hybrid(inheritAppConfig: boolean) {
  const log = errorLog()
  const app = await createApp('express', guarded([OrdersController], { providers }), log)
  const transport = new InMemory()
  app.connectMicroservice({ strategy: transport }, { inheritAppConfig })
  await app.startAllMicroservices()
  return { ...log, app, transport }
}

describe('a hybrid microservice with inheritAppConfig', () => {
  test.each(['bare', 'current', 'optional', 'admin'])('the handler %s does not run', async (pattern) => {
    const { app, transport, errors } = await hybrid(true)
    await expect(transport.ask(pattern, {})).rejects.toEqual(REFUSED)
    expect(ran).toEqual([])
    expect(errors.at(-1)).toContain("guards HTTP requests and lets no 'rpc' handler pass")
    await app.close()
  })

  test('a public handler runs, and has nobody to name', async () => {
    const { app, transport, errors } = await hybrid(true)
    expect(await transport.ask('public', {})).toBe('public')
    await expect(transport.ask('public-current', { auth: { subject: 'mallory' } })).rejects.toEqual(REFUSED)
    expect(errors.at(-1)).toContain('@CurrentAuth(): has nobody to give')
    expect(ran).toEqual(['public'])
    await app.close()
  })

  test('an AuthError of a handler is sent by the ProblemDetailsFilter', async () => {
    const { app, transport } = await hybrid(true)
    await expect(transport.ask('refusing', {})).rejects.toMatchObject({ code: 'token_expired' })
    await app.close()
  })

  test('HTTP is served as before', async () => {
    const { app } = await hybrid(true)
    const url = await listen(app)
    expect(await statusOf(`${url}/orders`, NOBODY)).toBe(401)
    expect(await statusOf(`${url}/orders`, bearer())).toBe(200)
    await app.close()
  })
})

describe('a hybrid microservice without inheritAppConfig, where Nest skips the guard', () => {
  test('a handler that names its caller does not run', async () => {
    const { app, transport, errors } = await hybrid(false)
    await expect(transport.ask('current', { auth: { subject: 'mallory' } })).rejects.toEqual(REFUSED)
    expect(ran).toEqual([])
    expect(errors.at(-1)).toContain('{ inheritAppConfig: true }')
    await app.close()
  })
})

test('an HTTP platform that is neither Express nor Fastify serves public handlers only', async () => {
  class OtherAdapter extends ExpressAdapter {
    override getType() {
      return 'other'
    }
  }
  const log = errorLog()
  const app = await createApp(new OtherAdapter(), guarded([OrdersController]), log)
  const url = await listen(app)
  expect(await statusOf(`${url}/orders`, bearer())).toBe(500)
  expect(await statusOf(`${url}/health`, NOBODY)).toBe(200)
  expect(log.errors).toEqual([expect.stringContaining('serves the platforms express and fastify, not other')])
  await app.close()
})

describe('a microservice', () => {
  test('only public handlers run', async () => {
    const transport = new InMemory()
    const options: CustomStrategy & Pick<NestApplicationOptions, 'logger'> = {
      strategy: transport,
      logger: false,
    }
    const app = await NestFactory.createMicroservice(guarded([OrdersController]), options)
    await app.listen()
    for (const pattern of ['bare', 'current', 'optional', 'admin']) {
      await expect(transport.ask(pattern, {})).rejects.toEqual(REFUSED)
    }
    expect(await transport.ask('public', {})).toBe('public')
    expect(ran).toEqual(['public'])
    await app.close()
  })
})
