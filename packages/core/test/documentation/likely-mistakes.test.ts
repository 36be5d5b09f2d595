import {
  createAuthorizer,
  createVerifier,
  explain,
  hasRole,
  jwk,
  secret,
  type VerifierOptions,
} from '@portcullis/core'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { document, tableUnder } from './documents.js'

const issuer = 'https://id.example.com'
const audience = 'orders-api'
const messages = tableUnder('The five likeliest mistakes', document('README.md')).map(
  ([, message = '']) => message,
)

/** What a developer is told of a mistake. */
async function told(mistake: () => unknown): Promise<string> {
  try {
    await mistake()
  } catch (error) {
    return explain(error)
  }
  throw new Error('that is no mistake')
}

async function issue(claims: Record<string, unknown>) {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const token = await new SignJWT({ iss: issuer, aud: audience, ...claims })
    .setProtectedHeader({ alg: 'ES256' })
    .setExpirationTime('1 minute')
    .sign(privateKey)
  return { token, keys: jwk(await exportJWK(publicKey)) }
}

test('there are five, and each has its message and its mend', () => {
  const rows = tableUnder('The five likeliest mistakes', document('README.md'))
  expect(rows.map((row) => row.filter((cell) => cell !== '').length)).toEqual([3, 3, 3, 3, 3])
})

test('no audience is given', async () => {
  const message = await told(() => createVerifier({ issuer } as VerifierOptions))
  expect(messages[0]).toBe(message)
})

test('the token was asked for without naming this service', async () => {
  const { token, keys } = await issue({ aud: 'https://id.example.com/userinfo' })
  const message = await told(() => createVerifier({ issuer, audience, keys })(token))
  expect(messages[1]).toBe(message)
})

test('the issuer is off by a slash', async () => {
  const { token } = await issue({})
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ issuer: `${address}/` }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const message = await told(() => createVerifier({ issuer: address, audience })(token))
    expect(messages[2]).toBe(message.replaceAll(address, issuer))
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

test('the issuer keeps its roles elsewhere', async () => {
  const { token, keys } = await issue({ realm_access: { roles: ['admin'] } })
  const auth = await createVerifier({ issuer, audience, keys })(token)
  const message = await told(() => {
    const authorize: ReturnType<typeof createAuthorizer> = createAuthorizer(hasRole('admin'))
    authorize(auth)
  })
  expect(messages[3]).toBe(message)
})

test('a secret is given as text', async () => {
  const message = await told(() => secret('correct horse battery staple' as never, 'HS256'))
  expect(messages[4]).toBe(message)
})
