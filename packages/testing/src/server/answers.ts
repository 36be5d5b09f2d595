import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** An answer as it would be sent if nothing were wrong with its way. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Buffer
}

type Send = (response: ServerResponse, answer: Answer) => void

/**
 * Sends an answer whole and well, and closes the connection: a client that kept it would use it again after a
 * restart of the server, and fail by chance.
 */
export const send: Send = (response, { status, headers, body }) => {
  response.shouldKeepAlive = false
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
}

const HTML = Buffer.from('<!doctype html><title>Sign in</title><p>Please sign in to this network.</p>')
const MEBIBYTE = 1024 * 1024

const withBody =
  (make: (body: Buffer) => Buffer): Send =>
  (response, answer) => {
    send(response, { ...answer, body: make(answer.body) })
  }
const half = (body: Buffer) => body.subarray(0, body.length >> 1)

/** The ways to answer that go wrong in themselves. */
export const ANSWERS = {
  /** Takes the request and never answers. */
  hang: () => undefined,
  /** Sends half of the body and never the rest. */
  hangInBody: (response, { status, headers, body }) => {
    response.writeHead(status, { ...headers, 'content-length': body.length }).write(half(body))
  },
  /** Closes the connection instead of answering. */
  drop: (response) => response.socket?.destroy(),
  /** Closes the connection in the middle of the body. */
  dropInBody: (response, { status, headers, body }) => {
    response.writeHead(status, { ...headers, 'content-length': body.length })
    response.write(half(body), () => response.socket?.destroy())
  },
  /** Answers with the sign-in page of a network, as HTML and with status 200. */
  html: (response, answer) => {
    send(response, { ...answer, headers: { ...answer.headers, 'content-type': 'text/html' }, body: HTML })
  },
  /** The right document as `text/html`. */
  wrongType: (response, answer) => {
    send(response, { ...answer, headers: { ...answer.headers, 'content-type': 'text/html' } })
  },
  /** The first half of the document, as if that were all. */
  truncated: withBody(half),
  empty: withBody(() => Buffer.alloc(0)),
  /** Random octets that call themselves JSON. */
  noise: withBody(() => randomBytes(512)),
  /** JSON that is no document of any kind. */
  notADocument: withBody(() => Buffer.from('["keys"]')),
  /** The right document and white space, 1 MiB in all. */
  huge: withBody((body) => Buffer.concat([body, Buffer.alloc(MEBIBYTE - body.length, ' ')])),
  /** The right document and then white space, for as long as the client takes it. */
  endless: (response, { status, headers, body }) => {
    response.writeHead(status, headers).write(body)
    const more = Buffer.alloc(64 * 1024, ' ')
    const pour = () => {
      if (response.destroyed) return
      if (response.write(more)) setImmediate(pour)
      else response.once('drain', pour)
    }
    pour()
  },
} satisfies Record<string, Send>

/** A way to answer that goes wrong in itself. */
export type AnswerName = keyof typeof ANSWERS

/** Sends the body one octet at a time. */
export function drip(response: ServerResponse, { status, headers, body }: Answer, pause: number): void {
  response.shouldKeepAlive = false
  response.writeHead(status, { ...headers, 'content-length': body.length })
  let sent = 0
  const timer = setInterval(() => {
    response.write(body.subarray(sent, ++sent))
    if (sent < body.length) return
    clearInterval(timer)
    response.end()
  }, pause)
  response.once('close', () => {
    clearInterval(timer)
  })
}
