import { ClientError } from '../client-error.js'
import type { Outgoing } from './outgoing.js'

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]
/** What describes a body that is no more. */
const OF_BODY = ['content-type', 'content-length', 'content-encoding', 'content-language', 'content-location']

/** Where the answer sends the request; undefined for one that does not. */
export function redirectOf({ status, headers }: Response): string | undefined {
  return REDIRECTS.includes(status) ? (headers.get('location') ?? undefined) : undefined
}

/**
 * The request that follows a redirect, as fetch does it, but within the origin only: a token is never carried to
 * another one, nor from https to http, and a request without one is never sent.
 *
 * @throws ClientError `redirect_refused`
 */
export function followed(outgoing: Outgoing, location: string, status: number): Outgoing {
  const refused = (detail: string) => new ClientError('redirect_refused', { detail })
  const { origin, username, password, href } = resolve(location, outgoing.url) ?? {}
  if (origin !== new URL(outgoing.url).origin) throw refused('it leads to another origin')
  if (href === undefined || username !== '' || password !== '') throw refused('its URL has a user name')
  const { method, headers } = outgoing
  const becomesGet = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST'
  if (!becomesGet) {
    if (!outgoing.isRepeatable) throw refused('the body cannot be sent again')
    return { ...outgoing, url: href }
  }
  const remaining = new Headers(headers)
  for (const name of OF_BODY) remaining.delete(name)
  return { ...outgoing, url: href, method: 'GET', headers: remaining, body: undefined, isRepeatable: true }
}

function resolve(location: string, base: string): URL | undefined {
  try {
    return new URL(location, base)
  } catch {
    return undefined
  }
}
