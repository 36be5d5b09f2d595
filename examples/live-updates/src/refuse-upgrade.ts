import { AuthError } from '@portcullis/core'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Answers a request that wanted a WebSocket, as any other request is refused: status, challenge and JSON. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const refusal = error instanceof AuthError ? error : undefined
  const status = refusal?.status ?? 500
  const body = JSON.stringify(refusal ?? { status })
  const headers = {
    ...refusal?.headers,
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  }
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
