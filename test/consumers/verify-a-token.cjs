const { Buffer } = require('node:buffer')
const { generateKeyPairSync, sign } = require('node:crypto')
const { once } = require('node:events')
const { createServer } = require('node:http')

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** What a service does with the core: fetches the issuer's keys and verifies a token. Resolves to its subject. */
module.exports = async function verifyAToken({ createVerifier, remoteJwks }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'first', alg: 'ES256' }] }
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(jwks))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const keys = remoteJwks(`http://127.0.0.1:${server.address().port}/jwks`)
    const verify = createVerifier({ issuer: 'https://id.example.com', audience: 'orders-api', keys })
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: 'https://id.example.com', aud: 'orders-api', sub: 'alice', iat: now, exp: now + 60 }
    const signed = `${encode({ alg: 'ES256', kid: 'first', typ: 'JWT' })}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const verified = await verify(`${signed}.${signature.toString('base64url')}`)
    return verified.claims.sub
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
