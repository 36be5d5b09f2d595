import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { JwtModule } from '@nestjs/jwt'
import { PortcullisModule } from '@portcullis/nest'
import { JwtGuard, PassportGuard, passportStrategy } from './guards.mjs'
import { forJsonwebtoken, ours } from './material.mjs'

export const FRAMEWORK = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  'reflect-metadata',
  'rxjs',
]

const guardedBy = (useClass) => ({ provide: APP_GUARD, useClass })

/** On either platform. */
export const BARE_AND_OURS = {
  bare: {},
  'bare again': {},
  portcullis: {
    packages: ['@portcullis/nest'],
    remembers: true,
    module: (material) => ({ imports: [PortcullisModule.forRoot(ours(material))] }),
  },
  'portcullis, cache off': {
    packages: ['@portcullis/nest'],
    module: (material) => ({ imports: [PortcullisModule.forRoot(ours(material, { cacheSize: 0 }))] }),
  },
}

export const CONTENDERS = {
  ...BARE_AND_OURS,
  '@nestjs/passport with passport-jwt': {
    packages: ['@nestjs/passport', 'passport', 'passport-jwt'],
    module: (material) => ({ providers: [passportStrategy(material), guardedBy(PassportGuard)] }),
  },
  '@nestjs/jwt in a guard': {
    packages: ['@nestjs/jwt'],
    module: (material) => ({
      imports: [
        JwtModule.register({
          [material.algorithm === 'HS256' ? 'secret' : 'publicKey']: material.key,
          verifyOptions: forJsonwebtoken(material),
        }),
      ],
      providers: [guardedBy(JwtGuard)],
    }),
  },
}

export async function start(contender, material) {
  const app = await NestFactory.create(moduleOf(contender, material), { logger: false })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}

export function moduleOf({ module }, material) {
  class OrdersController {
    list() {
      return { orders: [] }
    }
  }
  Controller('orders')(OrdersController)
  const { prototype } = OrdersController
  Get()(prototype, 'list', Object.getOwnPropertyDescriptor(prototype, 'list'))

  class AppModule {}
  Module({ controllers: [OrdersController], ...module?.(material) })(AppModule)
  return AppModule
}
