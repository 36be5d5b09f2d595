import { forJsonwebtoken, ONLY_PUBLIC_KEYS, ourOptions } from './material.mjs'

export const FRAMEWORK = ['koa']

// Each server loads its own library and no other.

const ours = async (material, more) => {
  const { authenticate } = await import('@portcullis/koa')
  return authenticate(ourOptions(material, more))
}

const koaJwt = async (material, secret) => {
  const { default: jwt } = await import('koa-jwt')
  return jwt({ ...forJsonwebtoken(material), secret })
}

export const CONTENDERS = {
  bare: {},
  'bare again': {},
  portcullis: {
    packages: ['@portcullis/koa'],
    remembers: true,
    middleware: (material) => ours(material),
  },
  'portcullis, cache off': {
    packages: ['@portcullis/koa'],
    middleware: (material) => ours(material, { cacheSize: 0 }),
  },
  'koa-jwt': {
    packages: ['koa-jwt'],
    middleware: (material) => koaJwt(material, material.key),
  },
  'koa-jwt with jwks-rsa': {
    packages: ['koa-jwt', 'jwks-rsa'],
    algorithms: ONLY_PUBLIC_KEYS,
    async middleware(material) {
      const { default: jwksRsa } = await import('jwks-rsa')
      return koaJwt(material, jwksRsa.koaJwtSecret({ jwksUri: material.jwksUri, cache: true }))
    },
  },
}

export async function start({ middleware }, material) {
  const { default: Koa } = await import('koa')
  const app = new Koa()
  app.silent = true
  const guard = await middleware?.(material)
  if (guard !== undefined) app.use(guard)
  app.use((context) => {
    context.body = { orders: [] }
  })
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server.address().port))
  })
}
