import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a service answered, as far as it matters here. */
export interface Answer {
  readonly status: number
  /** `WWW-Authenticate`; undefined where there is none. */
  readonly challenge: string | undefined
  /** `code` of the problem details; undefined where the body has none. */
  readonly code: string | undefined
}

const TIMEOUT_MILLISECONDS = 10_000

/** Sends a request over a bare socket: a client library would hide that there are two Authorization headers. */
export async function ask(
  port: number,
  method: string,
  path: string,
  tokens: readonly string[],
): Promise<Answer> {
  const socket = connect(port, '127.0.0.1')
  socket.setTimeout(TIMEOUT_MILLISECONDS, () => socket.destroy(new Error(`no answer to ${method} ${path}`)))
  const headers = ['Host: 127.0.0.1', 'Connection: close', ...tokens.map((t) => `Authorization: Bearer ${t}`)]
  socket.write([`${method} ${path} HTTP/1.1`, ...headers, '', ''].join('\r\n'))
  return parse(await text(socket))
}

function parse(response: string): Answer {
  const [head = '', body = ''] = response.split('\r\n\r\n', 2)
  return {
    status: Number(head.split(' ', 2)[1]),
    challenge: /^www-authenticate: (.*)$/im.exec(head)?.[1],
    code: /"code":"(\w+)"/.exec(body)?.[1],
  }
}
