import type { KeyObject } from 'node:crypto'
import type { BoundTokens } from './bound-tokens.js'
import { AUDIENCE, ISSUER, MAXIMUM_TOKEN_LENGTH, type ConformanceTokens } from './tokens.js'

export type ServiceName =
  | 'resource'
  | 'plain'
  | 'optional'
  | 'cookie'
  | 'csrf'
  | 'custom'
  | 'proxied'
  | 'outage'
  | 'dpop'
  | 'dpopProxied'
  | 'dpopRequired'
  | 'dpopNonce'
  | 'mutualTls'
  | 'encrypted'
  | 'oneTime'
  | 'revocable'
  | 'stateOutage'

/** The realm of the service `cookie`; the other services have none. */
export const REALM = 'orders'
/** The cookie of the services `cookie` and `csrf`. */
export const COOKIE = '__Host-access'

/** Under which clients address the services that are told so. */
export const PUBLIC_ORIGIN = 'https://api.conformance.example'
/** The other origin whose pages may send unsafe requests to the service `csrf`. */
export const SHOP = 'https://shop.example'
/** What the service `revocable` has called back: ids of a token, a subject, a session and a key. */
export const REVOKED = {
  tokenId: 'lost',
  subject: 'mallory',
  sessionId: 'ended',
  keyId: 'conformance-eddsa',
} as const

/** The part of a request that the custom source of the table reads. */
export interface CustomRequest {
  readonly url: string
  header(name: string): readonly string[]
}

/** The factories of `@portcullis/core`, which this package does not import: pass the module, or the adapter's. */
export interface SourceKit<Keys, Source, Replay = unknown, Revocation = unknown> {
  readonly localJwks: (jwks: { readonly keys: readonly object[] }) => Keys
  readonly authorizationHeader: () => Source
  readonly cookie: (name: string) => Source
  readonly custom: (find: (request: CustomRequest) => string | undefined) => Source
  readonly memoryReplayStore: (options: { readonly clock: () => number }) => Replay
  readonly memoryRevocationStore: (options: { readonly clock: () => number }) => Revocation & RevocableStore
}

/** The part of a revocation store that the service `revocable` uses. */
export interface RevocableStore {
  revoke(
    revocation: { readonly issuer: string; readonly until: number } & (
      | { readonly tokenId: string }
      | { readonly subject: string; readonly issuedBefore: number }
      | { readonly sessionId: string }
      | { readonly keyId: string }
    ),
  ): void
}

/** What a service gives to `authenticate`, or to whatever the adapter calls it. */
export interface ServiceOptions<Keys, Source, Replay, Revocation> {
  readonly issuer: string
  readonly audience: string
  readonly keys: Keys | { readonly find: () => Promise<never> }
  readonly credentials: readonly Source[]
  readonly maxTokenLength: number
  readonly clock: () => number
  readonly optional?: boolean
  readonly realm?: string
  readonly csrf?: { readonly origins: readonly string[] }
  readonly publicOrigin?: string
  readonly dpop?: 'optional' | 'required' | { readonly mode: 'required'; readonly nonceSecret: Uint8Array }
  readonly mutualTls?: {
    readonly mode: 'required'
    readonly certificate: { readonly trustedProxyHeader: string }
  }
  readonly decryption?: { readonly keys: readonly { readonly algorithm: 'dir'; readonly key: KeyObject }[] }
  readonly replay?: Replay
  readonly revocation?: Revocation | { readonly isRevoked: () => Promise<never> }
}

/** One of the services that an adapter starts to be tested. All mount the same routes. */
export interface ConformanceService {
  readonly name: ServiceName
  /** Whether refusals are answered by the adapter's JSON handler; else by the framework's own. */
  readonly problemDetails: boolean
  /** Whether the framework is told that a proxy stands before it (Express `trust proxy`, Koa `proxy`). */
  readonly behindProxy: boolean
  /** The options of `authenticate`. */
  readonly options: <Keys, Source, Replay, Revocation>(
    kit: SourceKit<Keys, Source, Replay, Revocation>,
  ) => ServiceOptions<Keys, Source, Replay, Revocation>
}

type PlainOptions = Omit<
  ServiceOptions<never, never, never, never>,
  'issuer' | 'audience' | 'keys' | 'credentials' | 'maxTokenLength' | 'clock' | 'replay' | 'revocation'
>

interface Differences {
  readonly problemDetails?: false
  readonly behindProxy?: true
  readonly keys?: 'unavailable'
  readonly credentials?: 'header and cookie' | 'custom'
  readonly state?: 'one-time' | 'revocable' | 'unavailable'
  readonly options?: PlainOptions | ((bound: BoundTokens) => PlainOptions)
}

/** `resource` is the plain case; each other service differs from it in what is named here. */
const SERVICES: Readonly<Record<ServiceName, Differences>> = {
  resource: {},
  plain: { problemDetails: false },
  optional: { options: { optional: true } },
  cookie: { credentials: 'header and cookie', options: { realm: REALM } },
  custom: { credentials: 'custom' },
  proxied: { credentials: 'custom', behindProxy: true },
  outage: { keys: 'unavailable' },
  csrf: {
    credentials: 'header and cookie',
    options: { csrf: { origins: [SHOP] }, publicOrigin: PUBLIC_ORIGIN },
  },
  dpop: { options: { dpop: 'optional' } },
  dpopProxied: { behindProxy: true, options: { dpop: 'optional' } },
  dpopRequired: { options: { dpop: 'required', publicOrigin: PUBLIC_ORIGIN } },
  dpopNonce: {
    options: ({ nonceSecret }) => ({ dpop: { mode: 'required', nonceSecret }, publicOrigin: PUBLIC_ORIGIN }),
  },
  mutualTls: {
    options: { mutualTls: { mode: 'required', certificate: { trustedProxyHeader: 'client-cert' } } },
  },
  encrypted: {
    options: ({ decryptionKey }) => ({ decryption: { keys: [{ algorithm: 'dir', key: decryptionKey }] } }),
  },
  oneTime: { state: 'one-time' },
  revocable: { state: 'revocable' },
  stateOutage: { state: 'unavailable' },
}

/** The descriptions of the services, for tokens of one run. */
export function createServices(tokens: ConformanceTokens): readonly ConformanceService[] {
  return Object.entries(SERVICES).map(([name, differences]) => ({
    name: name as ServiceName,
    problemDetails: differences.problemDetails ?? true,
    behindProxy: differences.behindProxy ?? false,
    options: (kit) => ({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: differences.keys === 'unavailable' ? { find: outage } : kit.localJwks(tokens.jwks),
      credentials: sources(differences, kit),
      maxTokenLength: MAXIMUM_TOKEN_LENGTH,
      clock: () => tokens.now,
      ...(typeof differences.options === 'function'
        ? differences.options(tokens.bound)
        : differences.options),
      ...state(differences, kit, tokens.now),
    }),
  }))
}

function state<Replay, Revocation>(
  { state }: Differences,
  kit: SourceKit<unknown, unknown, Replay, Revocation>,
  now: number,
): Pick<ServiceOptions<never, never, Replay, Revocation>, 'replay' | 'revocation'> {
  const clock = () => now
  if (state === 'one-time') return { replay: kit.memoryReplayStore({ clock }) }
  if (state === 'unavailable') return { revocation: { isRevoked: outage } }
  if (state === undefined) return {}
  const revocation = kit.memoryRevocationStore({ clock })
  const common = { issuer: ISSUER, until: now + 3600 }
  revocation.revoke({ ...common, tokenId: REVOKED.tokenId })
  revocation.revoke({ ...common, subject: REVOKED.subject, issuedBefore: now })
  revocation.revoke({ ...common, sessionId: REVOKED.sessionId })
  revocation.revoke({ ...common, keyId: REVOKED.keyId })
  return { revocation }
}

function sources<Source>({ credentials }: Differences, kit: SourceKit<unknown, Source>): readonly Source[] {
  if (credentials === 'custom') return [kit.custom(tokenForExpectedUrl)]
  return credentials === undefined
    ? [kit.authorizationHeader()]
    : [kit.authorizationHeader(), kit.cookie(COOKIE)]
}

/** The text of an inner failure, which no answer may show. */
export const INNER_FAILURE = 'inner-failure-of-the-service'

function outage(): Promise<never> {
  return Promise.reject(new Error(INNER_FAILURE))
}

/** Takes the token from `X-Token`, provided that the adapter gives the URL that `X-Expected-Url` names. */
function tokenForExpectedUrl(request: CustomRequest): string | undefined {
  const [token] = request.header('x-token')
  if (token === 'fail') throw new Error(INNER_FAILURE)
  return request.url === request.header('x-expected-url')[0] ? token : undefined
}
