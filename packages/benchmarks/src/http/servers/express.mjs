import { forJsonwebtoken, ONLY_PUBLIC_KEYS, ourOptions } from './material.mjs'

export const FRAMEWORK = ['express']

// Each server loads its own library and no other.

const ours = async (material, more) => {
  const { authenticate } = await import('@portcullis/express')
  return authenticate(ourOptions(material, more))
}

export const CONTENDERS = {
  bare: {},
  'bare again': {},
  portcullis: {
    packages: ['@portcullis/express'],
    remembers: true,
    middleware: (material) => ours(material),
  },
  'portcullis, cache off': {
    packages: ['@portcullis/express'],
    middleware: (material) => ours(material, { cacheSize: 0 }),
  },
  'express-oauth2-jwt-bearer': {
    packages: ['express-oauth2-jwt-bearer'],
    async middleware({ algorithm, key, issuer, audience, jwksUri }) {
      const { auth } = await import('express-oauth2-jwt-bearer')
      const keys = algorithm === 'HS256' ? { secret: key.export().toString('latin1') } : { jwksUri }
      return auth({ issuer, audience, tokenSigningAlg: algorithm, ...keys })
    },
  },
  'express-jwt': {
    packages: ['express-jwt'],
    async middleware(material) {
      const { expressjwt } = await import('express-jwt')
      return expressjwt({ ...forJsonwebtoken(material), secret: material.key })
    },
  },
  'express-jwt with jwks-rsa': {
    packages: ['express-jwt', 'jwks-rsa'],
    algorithms: ONLY_PUBLIC_KEYS,
    async middleware(material) {
      const { expressjwt } = await import('express-jwt')
      const { default: jwksRsa } = await import('jwks-rsa')
      const secret = jwksRsa.expressJwtSecret({ jwksUri: material.jwksUri, cache: true })
      return expressjwt({ ...forJsonwebtoken(material), secret })
    },
  },
  'passport-jwt': {
    packages: ['passport', 'passport-jwt'],
    async middleware(material) {
      const { default: passport } = await import('passport')
      const { ExtractJwt, Strategy } = (await import('passport-jwt')).default
      const options = {
        ...forJsonwebtoken(material),
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: material.key,
      }
      const own = new passport.Passport()
      own.use(new Strategy(options, (claims, done) => done(null, claims)))
      return own.authenticate('jwt', { session: false })
    },
  },
}

export async function start({ middleware }, material) {
  const { default: express } = await import('express')
  const app = express()
  const guard = await middleware?.(material)
  if (guard !== undefined) app.use(guard)
  app.get('/orders', (_request, response) => {
    response.json({ orders: [] })
  })
  // Express writes a refusal to the console otherwise.
  app.use((error, _request, response, next) => {
    if (error.status === 401) response.status(401).end()
    else next(error)
  })
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server.address().port))
  })
}
