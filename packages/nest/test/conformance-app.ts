import {
  applyDecorators,
  Controller,
  HttpCode,
  Module,
  RequestMapping,
  RequestMethod,
  type INestApplication,
  type Type,
} from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import * as portcullis from '@portcullis/nest'
import type { Auth, Policy } from '@portcullis/nest'
import {
  answer,
  INTRUDER,
  policyOf,
  ROUTES,
  type ConformanceRoute,
  type ConformanceService,
} from '@portcullis/testing/conformance'
import { beforeEachRequest, createApp, readAnyBody, type Platform } from './service.js'

const { Authorize, CurrentAuth, OptionalAuthentication, PortcullisModule, ProblemDetailsFilter, Public } =
  portcullis

/** The service that the conformance table describes, written as a user of the package would. */
export async function conformanceApp(
  platform: Platform,
  service: ConformanceService,
): Promise<INestApplication> {
  const { optional = false, ...options } = service.options(portcullis)
  @Module({
    imports: [PortcullisModule.forRoot(options)],
    controllers: ROUTES.map((route) => controllerOf(route, optional)),
    providers: service.problemDetails ? [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }] : [],
  })
  class AppModule {}
  const app = await createApp(platform, AppModule, { behindProxy: service.behindProxy })
  if (platform === 'fastify') readAnyBody(app)
  beforeEachRequest(app, platform, (request) => Object.assign(request, { auth: INTRUDER }))
  return app
}

function controllerOf({ method, path, access, requires }: ConformanceRoute, optional: boolean): Type {
  const mapping = applyDecorators(RequestMapping({ method: RequestMethod[method], path }), HttpCode(200))
  if (access === 'public') {
    @Controller()
    class PublicController {
      @Public()
      @mapping
      handle() {
        return answer(path, undefined)
      }
    }
    return PublicController
  }

  const policies = requires.map((requirement) => policyOf<Policy>(requirement, portcullis))
  const [ofHandler, ...ofController] = policies.reverse()

  @applyDecorators(
    Controller(),
    ...(optional ? [OptionalAuthentication()] : []),
    ...(ofController.length > 0 ? [Authorize(...ofController)] : []),
  )
  class GuardedController {
    @applyDecorators(...(ofHandler === undefined ? [] : [Authorize(ofHandler)]))
    @mapping
    handle(@CurrentAuth() auth: Auth | undefined) {
      return answer(path, auth)
    }
  }
  return GuardedController
}
