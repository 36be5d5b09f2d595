import type { IncomingMessage } from 'node:http'
import { absoluteUrl, ConfigurationError, nodeRequest, type AuthRequest } from '@portcullis/core'

interface ExpressRequest extends IncomingMessage {
  readonly protocol: string
  readonly originalUrl: string
  readonly app: { get(setting: 'trust proxy fn'): (address: string | undefined, hop: number) => boolean }
}

interface FastifyRequest {
  readonly raw: IncomingMessage
  readonly protocol: string
  readonly originalUrl: string
  readonly hostname: string
  /** From Fastify 5 on, where `hostname` has lost its port. */
  readonly host?: string
}

const PLATFORMS: Readonly<Record<string, (request: never) => AuthRequest>> = {
  express: (request: ExpressRequest) =>
    nodeRequest(request, () => absoluteUrl({ ...addressOf(request), host: expressHost(request) })),
  fastify: (request: FastifyRequest) =>
    nodeRequest(request.raw, () =>
      absoluteUrl({ ...addressOf(request), host: request.host ?? request.hostname }),
    ),
}

/**
 * What the authenticator is shown of a request. Scheme and host are those that the client addressed, as far as the
 * platform's own setting trusts the proxies before it.
 *
 * @param platform as the HTTP adapter names itself
 * @throws ConfigurationError for an HTTP adapter other than those of Express and Fastify
 */
export function platformRequest(platform: string, request: object): AuthRequest {
  const read = Object.hasOwn(PLATFORMS, platform) ? PLATFORMS[platform] : undefined
  if (read !== undefined) return read(request as never)
  throw new ConfigurationError(
    'PortcullisModule',
    `serves the platforms express and fastify, not ${platform}`,
  )
}

function addressOf({ protocol, originalUrl }: Pick<ExpressRequest, 'protocol' | 'originalUrl'>) {
  return { protocol, target: originalUrl }
}

/** Express 4 has no property for the host together with its port. */
function expressHost({ app, headers, socket }: ExpressRequest): string {
  const trusts = app.get('trust proxy fn')
  const forwarded = trusts(socket.remoteAddress, 0) ? headers['x-forwarded-host'] : undefined
  const [host = ''] = String(forwarded || headers.host || '').split(',')
  return host.trim()
}
