import { forJsonwebtoken, ourOptions } from './material.mjs'

export const FRAMEWORK = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  'reflect-metadata',
  'rxjs',
]

// Each server loads its own library and no other.

export async function guardedBy(useClass) {
  const { APP_GUARD } = await import('@nestjs/core')
  return { provide: APP_GUARD, useClass }
}

const ours = async (material, more) => {
  const { PortcullisModule } = await import('@portcullis/nest')
  return { imports: [PortcullisModule.forRoot(ourOptions(material, more))] }
}

/** On either platform. */
export const BARE_AND_OURS = {
  bare: {},
  'bare again': {},
  portcullis: {
    packages: ['@portcullis/nest'],
    remembers: true,
    module: (material) => ours(material),
  },
  'portcullis, cache off': {
    packages: ['@portcullis/nest'],
    module: (material) => ours(material, { cacheSize: 0 }),
  },
}

export const CONTENDERS = {
  ...BARE_AND_OURS,
  '@nestjs/passport with passport-jwt': {
    packages: ['@nestjs/passport', 'passport', 'passport-jwt'],
    async module(material) {
      const { PassportGuard, passportStrategy } = await import('./guards/passport-guard.mjs')
      return { providers: [passportStrategy(material), await guardedBy(PassportGuard)] }
    },
  },
  '@nestjs/jwt in a guard': {
    packages: ['@nestjs/jwt'],
    async module(material) {
      const { JwtModule } = await import('@nestjs/jwt')
      const { JwtGuard } = await import('./guards/jwt-guard.mjs')
      const options = {
        [material.algorithm === 'HS256' ? 'secret' : 'publicKey']: material.key,
        verifyOptions: forJsonwebtoken(material),
      }
      return { imports: [JwtModule.register(options)], providers: [await guardedBy(JwtGuard)] }
    },
  },
}

export async function start(contender, material) {
  const app = await createApp(contender, material)
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}

/** @param {unknown[]} adapter of a platform other than Express */
export async function createApp({ module }, material, ...adapter) {
  await import('reflect-metadata')
  const { Controller, Get, Module } = await import('@nestjs/common')
  const { NestFactory } = await import('@nestjs/core')
  class OrdersController {
    list() {
      return { orders: [] }
    }
  }
  Controller('orders')(OrdersController)
  const { prototype } = OrdersController
  Get()(prototype, 'list', Object.getOwnPropertyDescriptor(prototype, 'list'))

  class AppModule {}
  Module({ controllers: [OrdersController], ...(await module?.(material)) })(AppModule)
  return NestFactory.create(AppModule, ...adapter, { logger: false })
}
