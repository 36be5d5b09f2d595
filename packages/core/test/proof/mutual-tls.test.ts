import { once } from 'node:events'
import { connect as connectHttp2, createSecureServer, type Http2ServerRequest } from 'node:http2'
import { createServer as createHttpServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { createServer, request as httpsRequest } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { nodeRequest } from '../../src/credentials/node-request.js'
import { AuthError } from '../../src/outcome/auth-error.js'
import { token } from '../attacks/support/forge.js'
import { createCertificate, type TestCertificate } from './support/certificate.js'
import { clientKey, proof, sha256, thumbprintOf, withProof } from './support/dpop.js'
import { outcomeOf, refusalOf, service, type Sent } from './support/requests.js'
import { outcomes } from './support/tables.js'

const server = createCertificate('localhost')
const client = createCertificate('client')
const thief = createCertificate('thief')
const bound = (certificate: TestCertificate) => token({ cnf: { 'x5t#S256': sha256(certificate.der) } })
const TOKEN = bound(client)
const UNBOUND = token()

/** Answers each request with the code of its refusal, or `accepted`. */
function answering(authenticate: ReturnType<typeof service>) {
  return (message: IncomingMessage, answer: { end(text: string): unknown }) => {
    authenticate(nodeRequest(message, () => 'https://127.0.0.1/')).then(
      () => answer.end('accepted'),
      (error: unknown) => answer.end(error instanceof AuthError ? error.code : String(error)),
    )
  }
}

describe('attack 227: over TLS, with certificates that are made now', () => {
  const tls = { cert: server.cert, key: server.key, requestCert: true, rejectUnauthorized: false }
  const mutual = createServer(tls, answering(service({ mutualTls: 'required' })))
  const lenient = createServer(tls, answering(service({ mutualTls: 'optional' })))
  const unasked = createServer({ ...tls, requestCert: false }, answering(service({ mutualTls: 'required' })))
  const plain = createHttpServer(answering(service({ mutualTls: 'required' })))
  const second = createSecureServer({ ...tls, allowHTTP1: true }, (message: Http2ServerRequest, answer) => {
    answering(service({ mutualTls: 'required' }))(message as unknown as IncomingMessage, answer)
  })
  const servers: readonly Server[] = [mutual, lenient, unasked, plain, second]
  beforeAll(() => Promise.all(servers.map((each) => once(each.listen(0, '127.0.0.1'), 'listening'))))
  afterAll(() => {
    for (const each of servers) each.close()
  })
  const portOf = (each: Server) => (each.address() as AddressInfo).port

  /** What the server says of a request with this token, from a client with this certificate. */
  function ask(to: Server, text: string, own?: TestCertificate): Promise<string> {
    const options = {
      host: '127.0.0.1',
      port: portOf(to),
      agent: false as const,
      headers: { authorization: `Bearer ${text}`, connection: 'close' },
    }
    return new Promise((resolve, reject) => {
      const sent =
        to === plain
          ? httpRequest(options)
          : httpsRequest({
              ...options,
              ca: server.cert,
              ...(own === undefined ? {} : { cert: own.cert, key: own.key }),
            })
      sent.on('error', reject).on('response', (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        response.on('end', () => {
          resolve(body)
        })
      })
      sent.end()
    })
  }

  test('the certificate that the token is bound to opens the service', async () => {
    expect(await ask(mutual, TOKEN, client)).toBe('accepted')
    expect(await ask(lenient, TOKEN, client)).toBe('accepted')
  })

  test('another certificate does not, nor none', async () => {
    expect(await ask(mutual, TOKEN, thief)).toBe('certificate_mismatch')
    expect(await ask(mutual, TOKEN)).toBe('certificate_mismatch')
    expect(await ask(lenient, TOKEN, thief)).toBe('certificate_mismatch')
    expect(await ask(lenient, TOKEN)).toBe('certificate_mismatch')
  })

  test('a thief is not helped by the token of his own', async () => {
    expect(await ask(mutual, bound(thief), client)).toBe('certificate_mismatch')
    expect(await ask(mutual, bound(thief), thief)).toBe('accepted')
  })

  test('an unbound token is let in where binding is optional only', async () => {
    expect(await ask(mutual, UNBOUND, client)).toBe('proof_required')
    expect(await ask(lenient, UNBOUND, client)).toBe('accepted')
    expect(await ask(lenient, UNBOUND)).toBe('accepted')
  })

  test('a server that asks for no certificate sees none', async () => {
    expect(await ask(unasked, TOKEN, client)).toBe('certificate_mismatch')
  })

  test('a connection without TLS has none', async () => {
    expect(await ask(plain, TOKEN)).toBe('certificate_mismatch')
  })

  test('a session that is resumed keeps its certificate, and gets no other', async () => {
    const options = { host: '127.0.0.1', port: portOf(mutual), ca: server.cert }
    const one = connect({ ...options, cert: client.cert, key: client.key })
    const session = (await once(one, 'session'))[0] as Buffer
    one.destroy()
    const again = connect({ ...options, cert: thief.cert, key: thief.key, session })
    await once(again, 'secureConnect')
    expect(again.isSessionReused()).toBe(true)
    expect(await over(again, TOKEN)).toBe('accepted')
    const third = connect({ ...options, cert: thief.cert, key: thief.key, session })
    expect(await over(third, bound(thief))).toBe('certificate_mismatch')
  })

  test('HTTP/2 has the certificate of its connection', async () => {
    const connection = connectHttp2(`https://127.0.0.1:${portOf(second)}`, {
      ca: server.cert,
      cert: client.cert,
      key: client.key,
    })
    const askOver = async (text: string) => {
      const stream = connection.request({ ':path': '/', authorization: `Bearer ${text}` })
      let body = ''
      stream.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      await once(stream, 'end')
      return body
    }
    try {
      expect(await askOver(TOKEN)).toBe('accepted')
      expect(await askOver(bound(thief))).toBe('certificate_mismatch')
    } finally {
      connection.destroy()
    }
  })
})

/** One request on a connection that is there already. */
async function over(socket: TLSSocket, text: string): Promise<string> {
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${text}\r\n\r\n`)
  let received = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk))
  await once(socket, 'end')
  socket.destroy()
  return received.slice(received.indexOf('\r\n\r\n') + 4)
}

/** RFC 9440 section 2.1. */
const field = (der: Uint8Array) => `:${Buffer.from(der).toString('base64')}:`
const sent = (certificate: string | readonly string[] | undefined, more: Partial<Sent> = {}): Sent => ({
  ...more,
  headers: { authorization: `Bearer ${TOKEN}`, 'client-cert': certificate },
})

describe('a certificate in the header of a proxy (RFC 9440)', () => {
  const trusting = () =>
    service({ mutualTls: { mode: 'required', certificate: { trustedProxyHeader: 'Client-Cert' } } })

  outcomes('where the header is trusted', 'accepted', trusting, {
    'the right certificate': sent(field(client.der)),
  })
  outcomes('attack 227: where it is trusted, and says something else', 'certificate_mismatch', trusting, {
    'another certificate': sent(field(thief.der)),
    'no header': sent([]),
    'an empty header': sent(''),
    'an empty certificate': sent('::'),
    'two headers': sent([field(client.der), field(client.der)]),
    'two certificates': sent(`${field(client.der)}, ${field(thief.der)}`),
    'a parameter behind': sent(`${field(client.der)};a=1`),
    'no colons': sent(client.der.toString('base64')),
    base64url: sent(`:${client.der.toString('base64url')}:`),
    'the certificate as PEM': sent(client.cert.replaceAll('\n', ' ')),
    'the digest instead': sent(field(Buffer.from(sha256(client.der), 'base64url'))),
    'a certificate with an octet too many': sent(field(Buffer.concat([client.der, Buffer.from([0])]))),
    'the certificate of the connection instead': sent([], { clientCertificate: client.der }),
  })

  outcomes(
    'attack 227: where it is not trusted',
    'certificate_mismatch',
    () => service({ mutualTls: 'required' }),
    {
      'the right certificate in the header': sent(field(client.der)),
      'with a thief on the connection': sent(field(client.der), { clientCertificate: thief.der }),
    },
  )

  outcomes(
    'attack 227: where another header is trusted',
    'certificate_mismatch',
    () => service({ mutualTls: { mode: 'required', certificate: { trustedProxyHeader: 'x-client-cert' } } }),
    {
      'the right certificate in the usual one': sent(field(client.der)),
    },
  )
})

test('a header of more than 16 KiB is not looked at', async () => {
  const certificate = { trustedProxyHeader: 'client-cert' }
  const authenticate = service({ mutualTls: { mode: 'required', certificate } })
  const outcome = (length: number) => {
    const der = Buffer.alloc(length)
    const text = token({ cnf: { 'x5t#S256': sha256(der) } })
    return outcomeOf(authenticate, {
      headers: { authorization: `Bearer ${text}`, 'client-cert': field(der) },
    })
  }
  expect(await outcome(12_285)).toBe('accepted')
  expect(await outcome(12_288)).toBe('certificate_mismatch')
})

describe('off, as it is by default', () => {
  outcomes('attack 128: a bound token never becomes a bearer token', 'proof_required', () => service(), {
    'with its certificate': sent([], { clientCertificate: client.der }),
    'with its certificate in a header': sent(field(client.der)),
  })
  outcomes('nor where only DPoP is on', 'proof_required', () => service({ dpop: 'optional' }), {
    'with its certificate': sent([], { clientCertificate: client.der }),
  })
})

describe('the thumbprint', () => {
  const serve = () => service({ mutualTls: 'required' })
  const with5t = (value: unknown): Sent => ({
    headers: { authorization: `Bearer ${token({ cnf: { 'x5t#S256': value } })}` },
    clientCertificate: client.der,
  })
  outcomes('of another form', 'claim_invalid', serve, {
    'a number': with5t(1),
    empty: with5t(''),
    'with padding': with5t(`${sha256(client.der)}=`),
    'in hexadecimal': with5t(Buffer.from(sha256(client.der), 'base64url').toString('hex')),
    'a list': with5t([sha256(client.der)]),
  })
})

describe('together with DPoP', () => {
  const either = () => service({ dpop: 'required', mutualTls: 'required' })
  const keyBound = () => {
    const text = token({ cnf: { jkt: thumbprintOf(clientKey().publicJwk) } })
    return { ...withProof(proof({ token: text }), text), clientCertificate: thief.der }
  }
  outcomes('either binding will do', 'accepted', either, {
    'bound to a certificate': {
      headers: { authorization: `Bearer ${TOKEN}` },
      clientCertificate: client.der,
    },
    'bound to a key': keyBound,
  })
  outcomes('and no unbound token', 'proof_required', either, {
    'with a certificate': { headers: { authorization: `Bearer ${UNBOUND}` }, clientCertificate: client.der },
  })
  outcomes('the DPoP scheme promises a key, whatever the certificate', 'token_not_bound', either, {
    'bound to a certificate': () => ({
      headers: { authorization: `DPoP ${TOKEN}`, dpop: proof({ token: TOKEN }) },
      clientCertificate: client.der,
    }),
  })
})

test('the refusal is 401 with the challenge of a bearer token', async () => {
  const error = await refusalOf(service({ mutualTls: 'required' }), sent([]))
  expect(error.status).toBe(401)
  expect(error.headers['WWW-Authenticate']).toBe(
    'Bearer error="invalid_token", error_description="The access token is bound to another client certificate"',
  )
  expect(await outcomeOf(service({ mutualTls: 'required' }), {})).toBe('credentials_missing')
})
