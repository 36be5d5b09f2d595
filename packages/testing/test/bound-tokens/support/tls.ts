import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { createCertificate, type TestCertificate } from '../../../../core/test/proof/support/certificate.js'

export { createCertificate, type TestCertificate }

/** The certificate of every server here; clients trust it and no other. */
const own = createCertificate('localhost')

/** Asks each client for a certificate, and takes any: RFC 8705 section 2.2 binds to self-signed ones as well. */
export const SERVER_TLS = { cert: own.cert, key: own.key, requestCert: true, rejectUnauthorized: false }

export async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text or a form; everything else is left out. */
  readonly body?: unknown
}

/** `fetch` over TLS, on a connection of its own, with the client's certificate where there is one. */
export function fetchWith(certificate?: TestCertificate) {
  return async (url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Response> => {
    // As fetch does for a form.
    const form =
      body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {}
    const sent = request(url, {
      method,
      agent: false,
      ca: own.cert,
      headers: { ...form, ...headers, connection: 'close' },
      ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
    })
    sent.end(typeof body === 'string' || body instanceof URLSearchParams ? body.toString() : undefined)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    const pairs = answer.rawHeaders.flatMap((name, at): [string, string][] =>
      at % 2 === 0 ? [[name, answer.rawHeaders[at + 1] ?? '']] : [],
    )
    return new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0, headers: pairs })
  }
}
