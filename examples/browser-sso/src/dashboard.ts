import 'reflect-metadata'
import {
  Catch,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpException,
  Logger,
  Module,
  Post,
  Res,
  type ArgumentsHost,
} from '@nestjs/common'
import { APP_FILTER, BaseExceptionFilter, NestFactory } from '@nestjs/core'
import { AuthError, cookie } from '@portcullis/core'
import { Authorize, CurrentAuth, hasRole, hasScope, PortcullisModule, type Auth } from '@portcullis/nest'
import { SHARED_ACCESS_COOKIE } from '@portcullis/session'
import type { Request, Response } from 'express'
import { ASSETS, pageHeaders } from './assets.js'
import { servicePage } from './pages.js'
import { whereToRenew, whoIs, type ServiceOptions } from './service-options.js'

/** The dashboard, on Nest. */
export function createDashboard({ issuer, places, revocation }: ServiceOptions) {
  let notes = 0

  @Controller()
  class DashboardController {
    @Get()
    page(@Res() response: Response) {
      response.set(pageHeaders(places)).send(servicePage('dashboard', places))
    }

    @Get('me')
    @Header('Cache-Control', 'no-store')
    me(@CurrentAuth() auth: Auth) {
      return whoIs(auth)
    }

    @Authorize(hasScope('notes:write'))
    @Post('notes')
    @HttpCode(200)
    addNote() {
      return { done: `The note is kept. Notes so far: ${++notes}` }
    }

    @Authorize(hasRole('admin'))
    @Post('settings')
    @HttpCode(200)
    changeSettings() {
      return { done: 'The settings are changed' }
    }
  }

  @Catch(HttpException)
  class RenewFilter extends BaseExceptionFilter {
    override catch(exception: HttpException, host: ArgumentsHost) {
      const [request, response] = host.getArgs<[Request, Response]>()
      const error = exception.cause
      const asked = { method: request.method, url: request.originalUrl, accept: request.headers.accept ?? '' }
      const target = whereToRenew(error, asked, 'dashboard', places)
      if (target !== undefined) response.set('Cache-Control', 'no-store').redirect(303, target)
      else if (error instanceof AuthError) response.status(error.status).json(error)
      else super.catch(exception, host)
    }
  }

  @Module({
    imports: [
      PortcullisModule.forRoot({
        issuer,
        audience: 'dashboard',
        credentials: cookie(SHARED_ACCESS_COOKIE),
        publicOrigin: places.services.dashboard,
        revocation,
      }),
    ],
    controllers: [DashboardController],
    providers: [{ provide: APP_FILTER, useClass: RenewFilter }],
  })
  class DashboardModule {}

  Logger.overrideLogger(['error', 'fatal'])
  return NestFactory.create(DashboardModule)
}

/** Adds what is open to everybody to an application of Nest. */
export function serveAssets(app: Awaited<ReturnType<typeof createDashboard>>): void {
  app.use((request: Request, response: Response, next: () => void) => {
    const asset = request.method === 'GET' ? ASSETS.get(request.path) : undefined
    if (asset === undefined) next()
    else response.type(asset.type).send(asset.body)
  })
}
