import { currentAuth } from '@portcullis/express'
import { FileError, type FileVault } from '@portcullis/files'
import { Router, json, type Request } from 'express'
import { ISSUER } from './users.js'

/** What somebody has been given: the grant itself, which his page sends with each download. */
interface Shared {
  readonly id: string
  readonly grant: string
  readonly name: string
  readonly expiresAt: number
}

const idOf = ({ params }: Request) => String(params.id)
const textOf = (body: unknown, name: string) => {
  const value = (body as Readonly<Record<string, unknown>> | undefined)?.[name]
  if (typeof value === 'string' && value !== '') return value
  throw new FileError('grant_request_invalid')
}
const secondsOf = (body: unknown) => Number((body as { readonly seconds?: unknown } | undefined)?.seconds)

/** Routes that list, share, revoke and destroy; `authenticate` stands before them. */
export function sharing(vault: FileVault): Router {
  const inboxes = new Map<string, Shared[]>()
  const inboxOf = (name = '') =>
    (inboxes.get(name) ?? []).filter(({ expiresAt }) => expiresAt > Date.now() / 1000)
  const router = Router()
  router.use(json({ limit: '4kb' }))

  router.get('/files', async (req, res) => {
    const auth = currentAuth(req)
    const files = await vault.list(auth)
    res.json(
      files.map(({ id, name, size, owner }) => ({ id, name, size, mine: owner.subject === auth.subject })),
    )
  })
  router.get('/inbox', (req, res) => {
    res.json(inboxOf(currentAuth(req).subject))
  })
  router.get('/files/:id/grants', async (req, res) => {
    await vault.authorize(currentAuth(req), idOf(req), 'share')
    const grants = await vault.grants(idOf(req))
    res.json(grants.map(({ id, subject, expiresAt }) => ({ id, subject, expiresAt })))
  })
  router.post('/files/:id/grants', async (req, res) => {
    const auth = currentAuth(req)
    await vault.authorize(auth, idOf(req), 'share')
    const subject = textOf(req.body, 'person')
    const { name } = await vault.describeAs(auth, idOf(req))
    const issued = await vault.grant(idOf(req), {
      subject,
      actions: ['read'],
      expiresIn: secondsOf(req.body),
    })
    inboxes.set(subject, [...inboxOf(subject), { ...issued, name }])
    res.status(201).json({ id: issued.id, expiresAt: issued.expiresAt })
  })
  router.delete('/files/:id/grants/:grant', async (req, res) => {
    await vault.authorize(currentAuth(req), idOf(req), 'share')
    const ofFile = await vault.grants(idOf(req))
    const found = ofFile.find(({ id }) => id === req.params.grant)
    if (found === undefined) throw new FileError('grant_unknown')
    await vault.revoke(found.id)
    res.status(204).end()
  })
  router.post('/files/:id/roles', async (req, res) => {
    await vault.authorize(currentAuth(req), idOf(req), 'share')
    const until = Math.floor(Date.now() / 1000) + secondsOf(req.body)
    await vault.permit(idOf(req), { read: [{ role: textOf(req.body, 'role'), until }] })
    res.status(204).end()
  })
  router.delete('/files/:id', async (req, res) => {
    await vault.authorize(currentAuth(req), idOf(req), 'destroy')
    await vault.destroy(idOf(req))
    res.status(204).end()
  })
  router.get('/me', (req, res) => {
    res.json({ name: currentAuth(req).subject, issuer: ISSUER })
  })
  return router
}
