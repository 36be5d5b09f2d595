import type { IncomingMessage } from 'node:http'
import type { AddressedRequest } from '../credentials/absolute-url.js'

/** The part of a request of Express 4 or 5 that its external address is read from. */
export interface ExpressAddressSource extends IncomingMessage {
  readonly originalUrl: string
  readonly protocol: string
  readonly app: { get(setting: string): unknown }
}

/**
 * Reads the address under which a client reached an Express application, as far as the application's setting
 * `trust proxy` trusts the proxies before it. Express 4 has no property for the host together with its port.
 *
 * @returns `host` is empty where the request has none; an empty `X-Forwarded-Host` counts as missing
 */
export function expressAddress({
  app,
  headers,
  originalUrl,
  protocol,
  socket,
}: ExpressAddressSource): AddressedRequest {
  const trusts = app.get('trust proxy fn') as (address: string | undefined, hop: number) => boolean
  const forwarded = trusts(socket.remoteAddress, 0) ? headers['x-forwarded-host'] : undefined
  const [host = ''] = String(forwarded || headers.host || '').split(',')
  return { protocol, host: host.trim(), target: originalUrl }
}
