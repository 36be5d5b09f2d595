import {
  allowInsecureRequests,
  customFetch,
  protectedResourceRequest,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'

/** Longer ones are not read. */
const LONGEST_CHALLENGE = 8192
const SCHEMES: readonly string[] = ['bearer', 'dpop']
const ANYWHERE = new URL('https://resource.invalid')

/**
 * The errors of the challenges for tokens in an answer (RFC 6750 section 3, RFC 9449 section 7.1), by the parser of
 * oauth4webapi. Nothing is sent; what cannot be parsed has none.
 */
export async function challengeErrors(headers: {
  get(name: string): string | null
}): Promise<readonly string[]> {
  const challenge = headers.get('www-authenticate')
  if (challenge === null || challenge.length > LONGEST_CHALLENGE) return []
  try {
    await protectedResourceRequest('none', 'GET', ANYWHERE, undefined, undefined, {
      [allowInsecureRequests]: true,
      [customFetch]: () =>
        Promise.resolve(new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })),
    })
    return []
  } catch (error) {
    if (!(error instanceof WWWAuthenticateChallengeError)) return []
    return error.cause
      .filter(({ scheme }) => SCHEMES.includes(scheme))
      .flatMap(({ parameters }) => parameters.error ?? [])
  }
}
