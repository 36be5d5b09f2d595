import { memoryRevocationStore } from '@portcullis/core'
import {
  createIssuer,
  createKeyRing,
  memoryRefreshTokenStore,
  staticClients,
  type IssuerOptions,
} from '@portcullis/issuer'
import {
  createSessions,
  memorySessionStore,
  type SessionEvent,
  type SessionsOptions,
  type SessionStep,
} from '@portcullis/session'

export const ISSUER = 'https://id.example.com'
export const ORIGIN = 'https://id.example.com'
export const SHOP = 'https://shop.example.com'
export const ACCESS = '__Host-access_token'
export const REFRESH = '__Secure-refresh_token'

/** An issuer and its sessions, on a clock that stands still. */
export function setUp(options: Partial<SessionsOptions> = {}, issuerOptions: Partial<IssuerOptions> = {}) {
  let now = 1_800_000_000
  const clock = () => now
  const keyRing = createKeyRing({ clock })
  const issuer = createIssuer({
    issuer: ISSUER,
    keyRing,
    clients: staticClients([
      {
        id: 'web',
        authentication: { method: 'none' },
        grants: ['refresh_token'],
        access: { shop: ['orders:read'], reports: ['reports:read'] },
      },
    ]),
    clock,
    refreshTokens: memoryRefreshTokenStore({ clock }),
    ...issuerOptions,
  })
  const revocation = memoryRevocationStore({ clock })
  const store = memorySessionStore({ clock })
  const events: SessionEvent[] = []
  const sessions = createSessions({
    issuer,
    clientId: 'web',
    publicOrigin: ORIGIN,
    origins: [SHOP],
    revocation,
    store,
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  })
  const advance = (seconds: number) => {
    now += seconds
  }
  return { clock, advance, keyRing, issuer, revocation, store, events, sessions }
}

export const SAME = { 'Sec-Fetch-Site': 'same-origin' }

export const request = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = SAME,
): Request => new Request(ORIGIN + path, { method, headers })

export const post = (path: string, cookie?: string, headers: Readonly<Record<string, string>> = SAME) =>
  request('POST', path, { ...headers, ...(cookie === undefined ? {} : { Cookie: cookie }) })

/** The values of the cookies that an answer sets. */
export function cookiesOf(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    headers.getSetCookie().map((line) => {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

/** A Cookie header with both tokens, as a browser sends it to the refresh route. */
export function cookieHeader({ headers }: Pick<SessionStep, 'headers'>): string {
  return Object.entries(cookiesOf(headers))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
}
