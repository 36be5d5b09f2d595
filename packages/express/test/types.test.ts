import express5 from 'express'
import express4 from 'express4'
import {
  authenticate,
  authorize,
  currentAuth,
  hasRole,
  hasScope,
  problemDetails,
  type Auth,
} from '@portcullis/express'
import { z } from 'zod'
import { OPTIONS } from './options.js'

// What must compile, and what must not: `tsc -p tsconfig.test.json` is what fails here.

const claims = z.object({ sub: z.string(), tenant: z.string() })

test('the types of Express 5 fit', () => {
  const app = express5()
  app.use(authenticate(OPTIONS))
  app.use('/orders', authenticate({ ...OPTIONS, schema: claims }))
  app.get('/orders', authorize(hasScope('orders:read')), (req, res) => {
    const auth: Auth | undefined = req.auth
    res.json({ subject: auth?.subject, issuer: req.auth?.claims.iss })
  })
  app.delete('/orders/:id', authorize(hasRole('admin'), hasScope('orders:write')), (req, res) => {
    const id: string = req.params.id
    const { tenant }: { tenant: string } = currentAuth<z.infer<typeof claims>>(req).claims
    // @ts-expect-error -- the path has no such parameter
    res.json({ id, tenant, other: req.params.other })
  })
  app.route('/all').get(authorize(hasRole('admin')), (req, res) => res.json(req.auth?.roles))
  express5.Router().use(authenticate(OPTIONS), authorize(hasRole('admin')))
  app.use(problemDetails())

  app.get('/wrong', (req) => {
    // @ts-expect-error -- an anonymous request has no auth
    const subject = req.auth.subject
    // @ts-expect-error -- only authenticate sets it
    req.auth = { subject: 'mallory' }
    // @ts-expect-error -- without a schema an unregistered claim is unknown
    const tenant: string = currentAuth(req).claims.tenant
    return [subject, tenant]
  })
  expect(app).toBeDefined()
})

test('the types of Express 4 fit', () => {
  const app = express4()
  app.use(authenticate(OPTIONS))
  app.use('/orders', authenticate({ ...OPTIONS, schema: claims }))
  app.get('/orders', authorize(hasScope('orders:read')), (req, res) => {
    const auth: Auth | undefined = req.auth
    res.json({ subject: auth?.subject, issuer: req.auth?.claims.iss })
  })
  app.delete('/orders/:id', authorize(hasRole('admin'), hasScope('orders:write')), (req, res) => {
    const id: string = req.params.id
    const { tenant }: { tenant: string } = currentAuth<z.infer<typeof claims>>(req).claims
    // @ts-expect-error -- the path has no such parameter
    res.json({ id, tenant, other: req.params.other })
  })
  express4.Router().use(authenticate(OPTIONS), authorize(hasRole('admin')))
  app.use(problemDetails())
  expect(app).toBeDefined()
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
