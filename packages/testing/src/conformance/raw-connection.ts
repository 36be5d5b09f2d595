import { connect } from 'node:net'
import type { RawRequest } from './conformance-case.js'
import { takeResponse, type RawResponse } from './raw-response.js'

const TIME_LIMIT = 5_000

/**
 * Sends requests on one connection exactly as they are written: HTTP clients would join, drop or correct what
 * the table is about.
 *
 * @param baseUrl `http://host:port` of the server
 * @param pipelined all at once; else each after the answer to the one before
 * @throws Error when the connection fails or an answer is not there within 5 seconds
 */
export function converse(
  baseUrl: string,
  requests: readonly RawRequest[],
  pipelined: boolean,
): Promise<readonly RawResponse[]> {
  const { hostname, port, host } = new URL(baseUrl)
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return new Promise((resolve, reject) => {
    const responses: RawResponse[] = []
    let received = ''
    let sent = 0
    const socket = connect(Number(port), address)
    const limit = setTimeout(() => {
      finish(new Error(`no answer within ${TIME_LIMIT / 1000} seconds`))
    }, TIME_LIMIT)

    const finish = (failure?: Error) => {
      clearTimeout(limit)
      socket.destroy()
      if (failure === undefined) resolve(responses)
      else reject(failure)
    }
    const send = (count: number) => {
      const batch = requests.slice(sent, sent + count).map((request) => serialize(request, host))
      sent += batch.length
      socket.write(batch.join(''), 'latin1')
    }
    const read = (ended: boolean) => {
      let taken
      while (
        (taken = takeResponse(received, requests[responses.length]?.method ?? '', ended)) !== undefined
      ) {
        responses.push(taken.response)
        received = taken.rest
        if (responses.length === requests.length) {
          finish()
          return
        }
        if (!pipelined) send(1)
      }
      if (ended) finish(new Error(`the connection was closed after ${responses.length} answers`))
    }

    socket.on('connect', () => {
      send(pipelined ? requests.length : 1)
    })
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      read(false)
    })
    socket.on('end', () => {
      read(true)
    })
    socket.on('error', finish)
  })
}

function serialize({ method, target, headers, body }: RawRequest, host: string): string {
  const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted)
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(has('host') ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
}
