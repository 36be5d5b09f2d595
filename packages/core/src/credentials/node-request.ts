import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { AuthError } from '../outcome/auth-error.js'
import { absoluteUrl, isHost, type AddressedRequest } from './absolute-url.js'
import type { AuthRequest } from './auth-request.js'

type NodeMessage = Pick<IncomingMessage, 'method' | 'headers' | 'rawHeaders'> & { readonly socket?: object }

/**
 * The request of node:http and node:http2, on which Express, Koa, Nest and Fastify are built.
 *
 * Headers are read from `rawHeaders`: `headers` keeps the first Authorization header and drops the second without
 * a word, and `headersDistinct` copies all headers in order to give one.
 *
 * @param url gives the absolute URL as the client addressed it, whole or in parts; called only when something needs it, which is refused
 *   with `credentials_malformed` (400) where the request has several `Host` headers, or one that is none
 */
export function nodeRequest(message: NodeMessage, url: () => string | AddressedRequest): AuthRequest {
  return new NodeRequest(message, url)
}

/** A class, since an object with getters of its own takes 1.3 µs to make, and this one is made for each request. */
class NodeRequest implements AuthRequest {
  readonly #message: NodeMessage
  readonly #url: () => string | AddressedRequest
  readonly header: AuthRequest['header']

  constructor(message: NodeMessage, url: () => string | AddressedRequest) {
    this.#message = message
    this.#url = url
    this.header = (name) => headerValues(message, name)
  }

  get method() {
    return this.#message.method ?? ''
  }

  get url() {
    // The header itself as well: a framework may have repaired it, or have chosen among several.
    const hosts = this.header('host')
    if (hosts.length > 1 || !hosts.every(isHost)) throw new AuthError('credentials_malformed')
    const addressed = this.#url()
    return typeof addressed === 'string' ? addressed : absoluteUrl(addressed)
  }

  get clientCertificate() {
    return certificateOf(this.#message.socket)
  }
}

/** What the TLS handshake has proven the client to hold, whoever signed it (RFC 8705 section 2.2). */
function certificateOf(socket: object | undefined): Uint8Array | undefined {
  const connection = socket as Partial<TLSSocket> | undefined
  return connection?.getPeerX509Certificate?.()?.raw
}

function headerValues(message: NodeMessage, name: string): readonly string[] {
  const { rawHeaders } = message
  const values: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const candidate = rawHeaders[at]
    if (candidate?.length === name.length && candidate.toLowerCase() === name)
      values.push(rawHeaders[at + 1] ?? '')
  }
  if (rawHeaders.length > 0) return values
  // Some serverless adapters fill in `headers` only, and with the sender's capitals. Node makes it when it is read.
  const { headers } = message
  for (const candidate of Object.keys(headers)) {
    const value = headers[candidate]
    if (value !== undefined && candidate.toLowerCase() === name)
      values.push(...(typeof value === 'string' ? [value] : value))
  }
  return values
}
