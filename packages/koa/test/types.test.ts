import Router from '@koa/router'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import {
  authenticate,
  authorize,
  currentAuth,
  hasRole,
  hasScope,
  problemDetails,
  type Auth,
  type AuthState,
} from '@portcullis/koa'
import { z } from 'zod'
import { OPTIONS } from './options.js'

// What must compile, and what must not: `tsc -p tsconfig.test.json` is what fails here.

const claims = z.object({ sub: z.string(), tenant: z.string() })
type OrderClaims = z.infer<typeof claims>

test('the types of Koa 3 and of its router fit', () => {
  const app = new Koa3<AuthState>()
  app.use(problemDetails())
  app.use(authenticate(OPTIONS))
  const router = new Router<AuthState>()
  router.get('/orders', authorize(hasScope('orders:read')), (ctx) => {
    const auth: Auth | undefined = ctx.state.auth
    ctx.body = { subject: auth?.subject, issuer: ctx.state.auth?.claims.iss }
  })
  router.delete('/orders/:id', authorize(hasRole('admin'), hasScope('orders:write')), (ctx) => {
    const { tenant }: { tenant: string } = currentAuth<OrderClaims>(ctx).claims
    ctx.body = { id: ctx.params.id, tenant }
  })
  router.get('/wrong', (ctx) => {
    // @ts-expect-error -- an anonymous request has no auth
    const subject = ctx.state.auth.subject
    // @ts-expect-error -- only authenticate sets it
    ctx.state.auth = { subject: 'mallory' }
    // @ts-expect-error -- without a schema an unregistered claim is unknown
    const tenant: string = currentAuth(ctx).claims.tenant
    ctx.body = [subject, tenant]
  })
  app.use(router.routes())
  expect(app).toBeDefined()
})

test('the state is typed by the schema', () => {
  const app = new Koa3<AuthState<OrderClaims>>()
  app.use(authenticate({ ...OPTIONS, schema: claims }))
  app.use((ctx) => {
    const tenant: string | undefined = ctx.state.auth?.claims.tenant
    // @ts-expect-error -- the schema has no such claim
    ctx.body = { tenant, issuer: ctx.state.auth?.claims.iss }
  })
  expect(app).toBeDefined()
})

test('an app without types and one with a state of its own take the middleware', () => {
  const untyped = new Koa3()
  untyped
    .use(problemDetails())
    .use(authenticate(OPTIONS))
    .use(authorize(hasRole('admin')))
  untyped.use(new Router().get('/', authorize(hasRole('admin')), (ctx) => currentAuth(ctx)).routes())

  interface Session extends AuthState {
    session: string
  }
  const typed = new Koa3<Session>()
  typed
    .use(problemDetails())
    .use(authenticate(OPTIONS))
    .use(authorize(hasRole('admin')))
  typed.use(new Router<Session>().use(authenticate(OPTIONS)).routes())
  expect([untyped, typed]).toHaveLength(2)
})

test('the types of Koa 2 fit', () => {
  const app = new Koa2<AuthState>()
  app.use(problemDetails())
  app.use(authenticate(OPTIONS))
  app.use(authorize(hasScope('orders:read')))
  app.use((ctx) => {
    const auth: Auth | undefined = ctx.state.auth
    ctx.body = { subject: auth?.subject, tenant: currentAuth<OrderClaims>(ctx).claims.tenant }
  })
  const untyped = new Koa2()
  untyped
    .use(problemDetails())
    .use(authenticate(OPTIONS))
    .use(authorize(hasRole('admin')))
  expect([app, untyped]).toHaveLength(2)
})

test('options and policies that are wrong do not compile', () => {
  const wrong = () => {
    // @ts-expect-error -- the audience must be given, if only as null
    authenticate({ issuer: 'https://id.example.com' })
    // @ts-expect-error -- no such option
    authenticate({ ...OPTIONS, audiance: 'orders-api' })
    // @ts-expect-error -- a policy, not its name
    authorize('admin')
  }
  expect(wrong).toThrow(/audience/)
})
