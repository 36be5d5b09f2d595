import fastifyJwt from '@fastify/jwt'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { FastifyJwtGuard } from './guards.mjs'
import { BARE_AND_OURS, FRAMEWORK as NEST, moduleOf } from './nest.mjs'

export const FRAMEWORK = [...NEST, '@nestjs/platform-fastify', 'fastify']

const fastifyJwtContender = (more) => ({
  packages: ['@fastify/jwt'],
  module: () => ({ providers: [{ provide: APP_GUARD, useClass: FastifyJwtGuard }] }),
  plugin: ({ algorithm, key, issuer, audience }) => [
    fastifyJwt,
    {
      secret:
        algorithm === 'HS256'
          ? key.export()
          : { public: key.export({ type: 'spki', format: 'pem' }).toString() },
      verify: { algorithms: [algorithm], allowedIss: issuer, allowedAud: audience, ...more },
    },
  ],
})

export const CONTENDERS = {
  ...BARE_AND_OURS,
  '@fastify/jwt': fastifyJwtContender({}),
  '@fastify/jwt, 20,000 entries': { ...fastifyJwtContender({ cache: 20_000 }), remembers: true },
}

export async function start(contender, material) {
  const app = await NestFactory.create(moduleOf(contender, material), new FastifyAdapter(), { logger: false })
  if (contender.plugin !== undefined) await app.register(...contender.plugin(material))
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}
