import 'reflect-metadata'
import { Controller, Delete, Get, Module, Param } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import {
  Authorize,
  CurrentAuth,
  hasRole,
  hasScope,
  PortcullisModule,
  ProblemDetailsFilter,
  Public,
  type Auth,
} from '@portcullis/nest'
import type { ServiceOptions } from './service-options.js'

@Controller()
class OrdersController {
  @Public()
  @Get('health')
  health() {
    return { healthy: true }
  }

  @Authorize(hasScope('orders:read'))
  @Get('orders')
  list(@CurrentAuth() auth: Auth) {
    return { orders: ['7', '8'], for: auth.subject }
  }

  @Authorize(hasRole('admin'))
  @Delete('orders/:id')
  remove(@Param('id') id: string, @CurrentAuth() auth: Auth) {
    return { removed: id, by: auth.subject }
  }
}

export function createNestApp(options: ServiceOptions) {
  @Module({
    imports: [PortcullisModule.forRoot(options)],
    controllers: [OrdersController],
    providers: [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }],
  })
  class AppModule {}

  return NestFactory.create(AppModule)
}
