import { AUDIENCE, ISSUER, MAXIMUM_TOKEN_LENGTH, type ConformanceTokens } from './tokens.js'

export type ServiceName = 'resource' | 'plain' | 'optional' | 'cookie' | 'custom' | 'proxied' | 'outage'

/** The realm of the service `cookie`; the other services have none. */
export const REALM = 'orders'
/** The cookie of the service `cookie`. */
export const COOKIE = '__Host-access'

/** The part of a request that the custom source of the table reads. */
export interface CustomRequest {
  readonly url: string
  header(name: string): readonly string[]
}

/** The factories of `@portcullis/core`, which this package does not import: pass the module, or the adapter's. */
export interface SourceKit<Keys, Source> {
  readonly localJwks: (jwks: { readonly keys: readonly object[] }) => Keys
  readonly authorizationHeader: () => Source
  readonly cookie: (name: string) => Source
  readonly custom: (find: (request: CustomRequest) => string | undefined) => Source
}

/** What a service gives to `authenticate`, or to whatever the adapter calls it. */
export interface ServiceOptions<Keys, Source> {
  readonly issuer: string
  readonly audience: string
  readonly keys: Keys | { readonly find: () => Promise<never> }
  readonly credentials: readonly Source[]
  readonly maxTokenLength: number
  readonly clock: () => number
  readonly optional?: boolean
  readonly realm?: string
}

/** One of the services that an adapter starts to be tested. All mount the same routes. */
export interface ConformanceService {
  readonly name: ServiceName
  /** Whether refusals are answered by the adapter's JSON handler; else by the framework's own. */
  readonly problemDetails: boolean
  /** Whether the framework is told that a proxy stands before it (Express `trust proxy`, Koa `proxy`). */
  readonly behindProxy: boolean
  /** The options of `authenticate`. */
  readonly options: <Keys, Source>(kit: SourceKit<Keys, Source>) => ServiceOptions<Keys, Source>
}

interface Differences {
  readonly problemDetails?: false
  readonly behindProxy?: true
  readonly keys?: 'unavailable'
  readonly credentials?: 'header and cookie' | 'custom'
  readonly options?: { readonly optional?: true; readonly realm?: string }
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
      ...differences.options,
    }),
  }))
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
