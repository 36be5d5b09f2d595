import { Controller, Get, Inject, Injectable, Module, Scope } from '@nestjs/common'
import {
  Authorize,
  ConfigurationError,
  CurrentAuth,
  hasRole,
  PortcullisModule,
  type Auth,
} from '@portcullis/nest'
import { ADMIN, bearer, guarded, moduleOf, NOBODY, OPTIONS, statusOf } from './orders-api.js'
import { createApp, listen, PLATFORMS, served } from './service.js'

@Controller()
class OrdersController {
  @Get('orders')
  list(@CurrentAuth() auth: Auth) {
    return { for: auth.subject }
  }

  @Authorize(hasRole('admin'))
  @Get('admin')
  admin() {
    return {}
  }
}

@Injectable()
class Settings {
  readonly audience = OPTIONS.audience
}

@Module({
  providers: [Settings, { provide: 'issuer', useValue: OPTIONS.issuer }],
  exports: [Settings, 'issuer'],
})
class SettingsModule {}

const { keys } = OPTIONS
const ASYNC = {
  'awaited options from other providers': PortcullisModule.forRootAsync({
    imports: [SettingsModule],
    inject: [Settings, 'issuer'],
    useFactory: async ({ audience }: Settings, issuer: string) => {
      await new Promise(setImmediate)
      return { issuer, audience, keys }
    },
  }),
  'options at once': PortcullisModule.forRootAsync({ useFactory: () => OPTIONS }),
}

describe.each(PLATFORMS)('forRootAsync on %s', (platform) => {
  describe.each(Object.entries(ASYNC))('with %s', (_, portcullis) => {
    const server = served(() =>
      createApp(platform, moduleOf({ imports: [portcullis], controllers: [OrdersController] })),
    )

    test('guards', async () => {
      expect(await statusOf(`${server.url}/orders`, NOBODY)).toBe(401)
      expect(await statusOf(`${server.url}/orders`, bearer())).toBe(200)
      expect(await statusOf(`${server.url}/admin`, bearer())).toBe(403)
      expect(await statusOf(`${server.url}/admin`, ADMIN)).toBe(200)
    })
  })
})

const WRONG: readonly (readonly [what: string, options: unknown, message: RegExp])[] = [
  ['no audience', { issuer: OPTIONS.issuer, keys }, /^audience: is missing/],
  ['a misspelt option', { ...OPTIONS, audiance: 'orders-api' }, /^audiance: is not an option .*audience/],
  ['plain http', { ...OPTIONS, issuer: 'http://id.example.com' }, /^issuer: is plain http/],
  ['optional', { ...OPTIONS, optional: true }, /^optional: .*@OptionalAuthentication\(\)/],
  ['no options', undefined, /expects an object of options/],
  ['null', null, /expects an object of options/],
]

describe('a wrong configuration fails at the start', () => {
  test.each(WRONG)('forRoot with %s', (_, options, message) => {
    const configure = () => PortcullisModule.forRoot(options as never)
    expect(configure).toThrow(ConfigurationError)
    expect(configure).toThrow(message)
  })

  test.each(WRONG)('forRootAsync with %s', async (_, options, message) => {
    const portcullis = PortcullisModule.forRootAsync({ useFactory: () => options as never })
    await expectStartToFail([portcullis], message)
  })

  test('forRootAsync with a factory that fails', async () => {
    const failure = new Error('the vault is sealed')
    const portcullis = PortcullisModule.forRootAsync({ useFactory: () => Promise.reject(failure) })
    await expect(createApp('express', moduleOf({ imports: [portcullis] }))).rejects.toBe(failure)
  })

  test('forRootAsync without a factory', () => {
    const configure = () => PortcullisModule.forRootAsync({ useClass: Settings } as never)
    expect(configure).toThrow(ConfigurationError)
    expect(configure).toThrow(/^useFactory: expects a function/)
  })

  test('the module without forRoot', async () => {
    await expectStartToFail([PortcullisModule], /^PortcullisModule: is imported without forRoot/)
  })

  test.each([
    ['for another issuer', { ...OPTIONS, issuer: 'https://other.example.com' }],
    ['with the same options', OPTIONS],
  ])('the module twice, the second time %s', async (_, second) => {
    const feature = moduleOf({ imports: [PortcullisModule.forRoot(second)] })
    await expectStartToFail([PortcullisModule.forRoot(OPTIONS), feature], /more than once/)
  })

  test('the module once more without forRoot', async () => {
    const feature = moduleOf({ imports: [PortcullisModule] })
    await expectStartToFail([PortcullisModule.forRoot(OPTIONS), feature], /more than once/)
  })

  async function expectStartToFail(
    imports: NonNullable<Parameters<typeof moduleOf>[0]['imports']>,
    message: RegExp,
  ) {
    const started = createApp('express', moduleOf({ imports }))
    await expect(started).rejects.toThrow(ConfigurationError)
    await expect(started).rejects.toThrow(message)
  }
})

describe('where the guard stands', () => {
  test('before the controllers of every module', async () => {
    const feature = moduleOf({ controllers: [OrdersController] })
    await withApp(guarded([], { imports: [feature, PortcullisModule.forRoot(OPTIONS)] }), async (url) => {
      expect(await statusOf(`${url}/orders`, NOBODY)).toBe(401)
      expect(await statusOf(`${url}/orders`, bearer())).toBe(200)
    })
  })

  test('once, when two modules import one and the same', async () => {
    const portcullis = PortcullisModule.forRoot(OPTIONS)
    const feature = moduleOf({ imports: [portcullis], controllers: [OrdersController] })
    await withApp(moduleOf({ imports: [portcullis, feature] }), async (url) => {
      expect(await statusOf(`${url}/orders`, NOBODY)).toBe(401)
      expect(await statusOf(`${url}/orders`, bearer())).toBe(200)
    })
  })

  test('in each application with options of its own', async () => {
    const elsewhere = PortcullisModule.forRoot({ ...OPTIONS, audience: 'billing-api' })
    await withApp(guarded([OrdersController]), (orders) =>
      withApp(moduleOf({ imports: [elsewhere], controllers: [OrdersController] }), async (billing) => {
        expect(await statusOf(`${orders}/orders`, bearer())).toBe(200)
        expect(await statusOf(`${billing}/orders`, bearer())).toBe(401)
      }),
    )
  })

  test('under every version of a route', async () => {
    @Controller({ path: 'orders', version: ['1', '2'] })
    class VersionedController {
      @Get() list() {
        return {}
      }
    }
    const app = await createApp('express', guarded([VersionedController]))
    app.enableVersioning()
    app.setGlobalPrefix('api')
    const url = await listen(app)
    for (const version of ['v1', 'v2']) {
      expect(await statusOf(`${url}/api/${version}/orders`, NOBODY)).toBe(401)
      expect(await statusOf(`${url}/api/${version}/orders`, bearer())).toBe(200)
    }
    await app.close()
  })

  test('before a controller that lives for one request', async () => {
    @Injectable()
    class Orders {
      readonly all = ['7']
    }
    @Controller({ scope: Scope.REQUEST })
    class RequestController {
      constructor(@Inject(Orders) private readonly orders: Orders) {}
      @Authorize(hasRole('admin'))
      @Get('orders')
      list(@CurrentAuth() auth: Auth) {
        return { orders: this.orders.all, for: auth.subject }
      }
    }
    await withApp(guarded([RequestController], { providers: [Orders] }), async (url) => {
      expect(await statusOf(`${url}/orders`, NOBODY)).toBe(401)
      expect(await statusOf(`${url}/orders`, bearer())).toBe(403)
      expect(await statusOf(`${url}/orders`, ADMIN)).toBe(200)
    })
  })

  async function withApp(module: Parameters<typeof createApp>[1], use: (url: string) => Promise<void>) {
    const app = await createApp('express', module)
    try {
      await use(await listen(app))
    } finally {
      await app.close()
    }
  }
})
