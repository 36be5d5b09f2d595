import { ConfigurationError } from '@portcullis/core'
import { isSecure, parseUrl } from '@portcullis/core/internal'
import { once } from 'node:events'
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type AgentOptions } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { OutgoingBody, Transport, TransportAnswer } from '../sender/transport.js'

export interface HttpTransportOptions {
  /** Where the receiver is: an https URL, or http on loopback. */
  readonly url: string
  /** Admits plain http elsewhere: everybody on the way can read the data then. Default false. */
  readonly allowInsecureHttp?: boolean
  /** Options of the connection, such as the client's certificate. */
  readonly tls?: AgentOptions
  /** Seconds without a sign of life after which a request is given up, 1 to 3,600; default 60. */
  readonly idleSeconds?: number
}

const ANSWER_BYTES = 65_536
/**
 * Carries batches over HTTP. Redirects are not followed: the target is part of what was signed.
 *
 * @throws ConfigurationError
 */
export function httpTransport({
  url,
  allowInsecureHttp = false,
  tls = {},
  idleSeconds = 60,
}: HttpTransportOptions): Transport {
  const target = readUrl(url, allowInsecureHttp)
  const isSecure = target.protocol === 'https:'
  const agent = isSecure ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true })
  const open = isSecure ? httpsRequest : httpRequest
  const { href } = target

  return Object.freeze({
    bindings: Object.freeze({
      batch: Object.freeze({ method: 'POST', target: href }),
      cursor: Object.freeze({ method: 'GET', target: href }),
    }),
    async send(
      kind: 'batch' | 'cursor',
      envelope: string,
      body: OutgoingBody | undefined,
      signal: AbortSignal,
    ) {
      const headers = { Authorization: `Bearer ${envelope}`, ...(body === undefined ? {} : headersOf(body)) }
      const method = kind === 'batch' ? 'POST' : 'GET'
      const request = open(target, { method, headers, agent, signal, timeout: idleSeconds * 1000 })
      request.on('timeout', () => request.destroy(new Error('The receiver gave no sign of life')))
      try {
        return await exchange(request, body)
      } finally {
        request.destroy()
      }
    },
  })
}

function readUrl(text: string, allowInsecureHttp: boolean): URL {
  const url = parseUrl(text)
  const isSafe = url !== undefined && isSecure(url, allowInsecureHttp)
  if (isSafe && url.username === '' && url.password === '' && url.hash === '') return url
  throw new ConfigurationError(
    'url',
    'expects an https URL (http on loopback) without user name, password and fragment',
  )
}

function headersOf({ contentType, contentEncoding, length, digest }: OutgoingBody) {
  return {
    'Content-Type': contentType,
    ...(contentEncoding === 'identity' ? {} : { 'Content-Encoding': contentEncoding }),
    'Content-Length': length,
    'Content-Digest': digest,
  }
}

/** The answer may come before the body is sent: what is left of it is not sent then. */
async function exchange(request: ClientRequest, body: OutgoingBody | undefined): Promise<TransportAnswer> {
  const arrived = once(request, 'response') as Promise<[IncomingMessage]>
  const stop = new AbortController()
  const sent =
    body === undefined
      ? Promise.resolve(void request.end())
      : pipeline(Readable.from(body.read(), { objectMode: false }), request, { signal: stop.signal })
  // Whichever fails, the answer decides: a receiver that refuses early closes while the body is still being sent.
  sent.catch(() => undefined)
  const [response] = await arrived
  const answer = await readAnswer(response)
  stop.abort()
  return answer
}

async function readAnswer(response: IncomingMessage): Promise<TransportAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > ANSWER_BYTES) throw new Error('The answer is too large')
    chunks.push(chunk)
  }
  const seconds = Number(response.headers['retry-after'])
  return {
    status: response.statusCode ?? 0,
    body: parse(Buffer.concat(chunks).toString('utf8')),
    retryAfter: Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) : undefined,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
