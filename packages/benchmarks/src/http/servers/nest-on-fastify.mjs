import { BARE_AND_OURS, createApp, FRAMEWORK as NEST, guardedBy } from './nest.mjs'

export const FRAMEWORK = [...NEST, '@nestjs/platform-fastify', 'fastify']

const fastifyJwt = (more) => ({
  packages: ['@fastify/jwt'],
  async module() {
    const { FastifyJwtGuard } = await import('./guards/fastify-jwt-guard.mjs')
    return { providers: [await guardedBy(FastifyJwtGuard)] }
  },
  async plugin({ algorithm, key, issuer, audience }) {
    const { default: plugin } = await import('@fastify/jwt')
    const publicKey = () => key.export({ type: 'spki', format: 'pem' }).toString()
    return [
      plugin,
      {
        secret: algorithm === 'HS256' ? key.export() : { public: publicKey() },
        verify: { algorithms: [algorithm], allowedIss: issuer, allowedAud: audience, ...more },
      },
    ]
  },
})

export const CONTENDERS = {
  ...BARE_AND_OURS,
  '@fastify/jwt': fastifyJwt({}),
  '@fastify/jwt, 20,000 entries': { ...fastifyJwt({ cache: 20_000 }), remembers: true },
}

export async function start(contender, material) {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify')
  const app = await createApp(contender, material, new FastifyAdapter())
  if (contender.plugin !== undefined) await app.register(...(await contender.plugin(material)))
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}
