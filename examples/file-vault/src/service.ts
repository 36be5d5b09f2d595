import { authenticate, problemDetails } from '@portcullis/express'
import { createDownloadHandler, createUploadHandler, FileError, type BlobStore } from '@portcullis/files'
import { createKeyRing, directoryKeyRingStore, keysOf } from '@portcullis/issuer'
import express, { type ErrorRequestHandler } from 'express'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PAGE, SCRIPT, STYLE } from './page.js'
import { sharing } from './sharing.js'
import { signingIn } from './sign-in.js'
import { AUDIENCE, createUsers, ISSUER } from './users.js'
import { openVault } from './vault.js'

/** Starts the whole service in a folder, on loopback. Ciphertext goes to that folder as well, or to `storage`. */
export async function startService(folder: string, port = 0, storage?: BlobStore) {
  const keyRing = createKeyRing({ store: directoryKeyRingStore(join(folder, 'keys')) })
  const { vault, blobs, catalog } = openVault(folder, keyRing, storage)
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const upload = createUploadHandler({ vault })
  const download = createDownloadHandler({ vault, publicOrigin: origin })

  const app = express().disable('x-powered-by')
  app.use((_req, res, next) => {
    res.set({
      'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    })
    next()
  })
  app.get('/', (_req, res) => void res.type('html').send(PAGE))
  app.get('/page.js', (_req, res) => void res.type('js').send(SCRIPT))
  app.get('/page.css', (_req, res) => void res.type('css').send(STYLE))
  app.use(signingIn(await createUsers(keyRing)))
  app.get('/shared', (req, res) => download(req, res))
  app.use(
    authenticate({
      issuer: ISSUER,
      audience: AUDIENCE,
      profile: 'at+jwt',
      keys: keysOf(keyRing),
    }),
  )
  app.get('/files/:id', (req, res) => download(req, res, { auth: req.auth, id: req.params.id }))
  app.post('/files', (req, res) => upload(req, res, { auth: req.auth }))
  app.use('/api', sharing(vault))
  app.use(problemDetails())
  app.use(fileProblems)
  server.on('request', app)

  return {
    origin,
    vault,
    blobs,
    catalog,
    async stop() {
      server.closeAllConnections()
      server.close()
      await catalog.close()
    },
  }
}

/** Answers the refusals of the vault as those of tokens are answered. */
const fileProblems: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (error instanceof FileError) res.status(error.status).set(error.headers).json(error)
  else next(error)
}

export type Service = Awaited<ReturnType<typeof startService>>
