import { toNodeHandler } from '@portcullis/issuer'
import { Router, json, type Request, type Response } from 'express'
import type { createUsers } from './users.js'

const COOKIE = 'renewal'
const PATH = '/sign-in'
const LONGEST = 512

type Users = Awaited<ReturnType<typeof createUsers>>
type SignedIn = NonNullable<Awaited<ReturnType<Users['signIn'] | Users['renew']>>>

/**
 * Signing in and out, and new access tokens before the old ones end. The page holds an access token, for minutes and in
 * memory; what renews it is in a cookie that no script can read, and that goes nowhere else.
 */
export function signingIn(users: Users): Router {
  const router = Router()
  // Only its own paths: the bodies of uploads are none of its business.
  router.use(['/token', '/revoke', '/jwks'], toNodeHandler(users.handler))
  router.use(PATH, json({ limit: '1kb' }))

  router.post(PATH, async (req, res) => {
    const { user, password } = (req.body ?? {}) as { readonly user?: unknown; readonly password?: unknown }
    const isText = typeof user === 'string' && typeof password === 'string'
    const signedIn = isText ? await users.signIn(user, password) : undefined
    if (signedIn === undefined) res.status(401).json({ title: 'Name or password is wrong' })
    else give(res, signedIn)
  })
  router.post(`${PATH}/renewal`, async (req, res) => {
    const renewed = await users.renew(renewalOf(req))
    if (renewed === undefined) res.status(401).json({ title: 'Sign in again' })
    else give(res, renewed)
  })
  router.delete(PATH, async (req, res) => {
    await users.signOut(renewalOf(req))
    res.clearCookie(COOKIE, { path: PATH }).status(204).end()
  })
  return router
}

function give(res: Response, { accessToken, expiresIn, refreshToken, refreshExpiresIn = 0 }: SignedIn): void {
  // Behind https, as a service of yours is, with `secure: true` as well.
  const attributes = {
    httpOnly: true,
    sameSite: 'strict',
    path: PATH,
    maxAge: refreshExpiresIn * 1000,
  } as const
  res.cookie(COOKIE, refreshToken, attributes).json({ token: accessToken, expiresIn })
}

function renewalOf({ headers: { cookie = '' } }: Request): string {
  const [, value = ''] = /(?:^|; )renewal=([\w.-]*)/.exec(cookie) ?? []
  return value.slice(0, LONGEST)
}
