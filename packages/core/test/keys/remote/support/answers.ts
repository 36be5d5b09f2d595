import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** How the server answers one request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void

const JSON_TYPE = { 'content-type': 'application/json' }

export const json =
  (body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(200, { ...JSON_TYPE, ...headers }).end(JSON.stringify(body))
  }

export const jwks = (keys: readonly object[], headers: Readonly<Record<string, string>> = {}): Answer =>
  json({ keys }, headers)

export const text =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = JSON_TYPE): Answer =>
  (response) => {
    response.writeHead(200, headers).end(body)
  }

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(code, headers).end()
  }

/** The same keys, but as if they were elsewhere. */
export const redirect = (to: string, code = 302): Answer => status(code, { location: to })

/** Accepts the request and never says a word. */
export const hang: Answer = () => undefined

/** Headers at once, then a byte of white space now and then, for ever. */
export const drip: Answer = (response) => {
  response.writeHead(200, JSON_TYPE).write('{')
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => {
    clearInterval(timer)
  })
}

export const drop: Answer = (response) => {
  response.socket?.destroy()
}

/** Promises more than it sends, and hangs up. */
export const truncated: Answer = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' }).write('{"keys":[')
  setImmediate(() => response.socket?.destroy())
}

/** Sends for ever, without saying how much it will be. */
export const endless: Answer = (response) => {
  response.writeHead(200, JSON_TYPE).write('{"keys":[')
  const chunk = Buffer.alloc(16_384, ' ')
  const send = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', send)
  send()
}

export const compressed =
  (body: unknown): Answer =>
  (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(body)))
  }

export const delayed =
  (milliseconds: number, answer: Answer): Answer =>
  (response, request) => {
    setTimeout(() => {
      answer(response, request)
    }, milliseconds)
  }

/** Holds every request back until it is let go. */
export function held(answer: Answer): { readonly answer: Answer; readonly letGo: () => void } {
  let letGo: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  return {
    answer(response, request) {
      void gate.then(() => {
        answer(response, request)
      })
    },
    letGo: () => {
      letGo()
    },
  }
}

export const html: Answer = text('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' })
