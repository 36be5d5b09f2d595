import { Controller, Get } from '@nestjs/common'
import * as portcullis from '@portcullis/nest'
import {
  Authorize,
  ConfigurationError,
  hasRole,
  hasScope,
  OptionalAuthentication,
  Public,
} from '@portcullis/nest'
import { ADMIN, bearer, FORGED, guarded, NOBODY, READER, READING_ADMIN, statusOf } from './orders-api.js'
import { createApp, served } from './service.js'

const admin = hasRole('admin')
const reader = hasScope('orders:read')
const done = () => ({ done: true })

class Handlers {
  @Get('bare') bare() {
    return done()
  }
  @Public() @Get('public') public() {
    return done()
  }
  @OptionalAuthentication() @Get('optional') optional() {
    return done()
  }
  @Authorize(reader) @Get('reader') reader() {
    return done()
  }
  @Public() @Authorize(reader) @Get('public-reader') publicReader() {
    return done()
  }
  @OptionalAuthentication() @Authorize(reader) @Get('optional-reader') optionalReader() {
    return done()
  }
  @Authorize(reader) @Authorize(admin) @Get('stacked') stacked() {
    return done()
  }
  @Public() @OptionalAuthentication() @Get('public-optional') publicOptional() {
    return done()
  }
  @OptionalAuthentication() @Public() @Get('optional-public') optionalPublic() {
    return done()
  }
}

@Controller('closed')
class ClosedController extends Handlers {}

@Public()
@Controller('public')
class PublicController extends Handlers {}

@OptionalAuthentication()
@Controller('optional')
class OptionalController extends Handlers {}

@Authorize(admin)
@Controller('admin')
class AdminController extends Handlers {}

@Public()
@Authorize(admin)
@Controller('public-admin')
class PublicAdminController extends Handlers {}

@Controller('of-public')
class OfPublicController extends PublicController {}

@Controller('of-optional')
class OfOptionalController extends OptionalController {}

@Controller('of-admin')
class OfAdminController extends AdminController {}

@Public()
@Authorize(reader)
@Controller('reader-of-admin')
class ReaderOfAdminController extends AdminController {}

describe('what controller and handler say together', () => {
  const controllers = [
    ClosedController,
    PublicController,
    OptionalController,
    AdminController,
    PublicAdminController,
    OfPublicController,
    OfOptionalController,
    OfAdminController,
    ReaderOfAdminController,
  ]
  const server = served(() => createApp('express', guarded(controllers)))

  const CALLERS = {
    nobody: NOBODY,
    forged: FORGED,
    alice: bearer(),
    reader: READER,
    admin: ADMIN,
    both: READING_ADMIN,
  }
  /** The status for each caller, in the order of the callers. */
  const open = [200, 200, 200, 200, 200, 200]
  const optional = [200, 401, 200, 200, 200, 200]
  const anybody = [401, 401, 200, 200, 200, 200]
  const readers = [401, 401, 403, 200, 403, 200]
  const admins = [401, 401, 403, 403, 200, 200]
  const both = [401, 401, 403, 403, 403, 200]

  test.each<readonly [path: string, statuses: readonly number[]]>([
    ['closed/bare', anybody],
    ['closed/public', open],
    ['closed/optional', optional],
    ['closed/reader', readers],
    ['closed/public-reader', readers],
    ['closed/optional-reader', readers],
    ['closed/stacked', both],
    ['closed/public-optional', optional],
    ['closed/optional-public', optional],

    ['public/bare', open],
    ['public/public', open],
    ['public/optional', optional],
    ['public/reader', readers],
    ['public/stacked', both],

    ['optional/bare', optional],
    ['optional/public', open],
    ['optional/reader', readers],

    ['admin/bare', admins],
    ['admin/public', admins],
    ['admin/optional', admins],
    ['admin/reader', both],
    ['admin/public-reader', both],

    ['public-admin/bare', admins],
    ['public-admin/public', admins],
    ['public-admin/reader', both],
  ])('%s', async (path, statuses) => {
    await expectStatuses(path, statuses)
  })

  test.each<readonly [path: string, statuses: readonly number[]]>([
    ['of-public/bare', anybody],
    ['of-public/public', open],
    ['of-optional/bare', anybody],
    ['of-admin/bare', admins],
    ['of-admin/public', admins],
    ['reader-of-admin/bare', both],
  ])('a subclass inherits what is required and not what is opened: %s', async (path, statuses) => {
    await expectStatuses(path, statuses)
  })

  async function expectStatuses(path: string, expected: readonly number[]) {
    const statuses: Record<string, number> = {}
    for (const [name, headers] of Object.entries(CALLERS)) {
      statuses[name] = await statusOf(`${server.url}/${path}`, headers)
    }
    const wanted = Object.fromEntries(Object.keys(CALLERS).map((name, at) => [name, expected[at]]))
    expect(statuses).toEqual(wanted)
  }
})

describe('decorators of a second copy of the package', () => {
  const server = served(async () => {
    const copy = await secondCopy()
    expect(copy.Public).not.toBe(Public)
    @Controller()
    class LibraryController {
      @copy.Public() @Get('public') public() {
        return done()
      }
      @copy.Authorize(copy.hasRole('admin')) @Get('admin') admin() {
        return done()
      }
      @copy.Authorize(admin) @Get('our-admin') ourAdmin() {
        return done()
      }
    }
    return createApp('express', guarded([LibraryController]))
  })

  test('open what they say', async () => {
    expect(await statusOf(`${server.url}/public`, NOBODY)).toBe(200)
  })

  test('close what they say', async () => {
    expect(await statusOf(`${server.url}/admin`, NOBODY)).toBe(401)
    expect(await statusOf(`${server.url}/admin`, bearer())).toBe(403)
    expect(await statusOf(`${server.url}/our-admin`, bearer())).toBe(403)
    expect(await statusOf(`${server.url}/our-admin`, ADMIN)).toBe(200)
  })
})

async function secondCopy(): Promise<typeof portcullis> {
  let copy: typeof portcullis | undefined
  await jest.isolateModulesAsync(async () => {
    copy = await import('@portcullis/nest')
  })
  return copy!
}

describe('wrong decorators fail while the class is defined', () => {
  test.each<readonly [what: string, policies: readonly unknown[]]>([
    ['no policy', []],
    ['a role by name', ['admin']],
    ['a policy that was not made', [hasRole]],
    ['a list of policies', [[admin]]],
    ['undefined', [undefined]],
    ['one that is none among others', [admin, {}]],
    ['a class, since the parentheses are missing', [ClosedController]],
  ])('@Authorize() with %s', (_, policies) => {
    const decorate = () => Authorize(...(policies as never[]))
    expect(decorate).toThrow(ConfigurationError)
    expect(decorate).toThrow(/^@Authorize\(\): expects at least one policy, .*hasRole\('admin'\)/)
  })

  test.each([
    ['@Authorize()', Authorize(admin)],
    ['@Public()', Public()],
    ['@OptionalAuthentication()', OptionalAuthentication()],
  ] as const)('%s on a property or an accessor', (name, decorator) => {
    const message = `${name}: belongs on a controller or on one of its methods`
    const accessor = { get: done, configurable: true }
    for (const described of [[], [accessor]]) {
      const decorate = () => void Reflect.apply(decorator, undefined, [{}, 'orders', ...described])
      expect(decorate).toThrow(message)
    }
  })
})
