import { authorizedFetch, createTokenSource, ownSigner } from '@portcullis/client'
import type { Signer } from '@portcullis/issuer'
import { SESSIONS_END } from './scopes.js'
import { SERVICES, type ServiceContext, type ServiceName } from './service-context.js'
import type { SessionEnd } from './session-ends.js'

/** What became of a notice. */
export interface Told {
  readonly told: readonly ServiceName[]
  /** Those that could not be told; they refuse the tokens when these expire. */
  readonly untold: readonly ServiceName[]
}

/**
 * Tells every service of a session that has ended, with tokens that identity signs for itself, one for each service.
 * Where they share their state nothing has to be told.
 */
export function createSessionNotices(
  signer: Signer,
  { addresses, clock, state }: ServiceContext,
): (end: SessionEnd) => Promise<Told> {
  const source = createTokenSource({
    clientId: 'identity',
    credential: ownSigner(signer, { lifetime: 60 }),
    audience: 'gateway',
    scope: SESSIONS_END,
    clock,
  })
  const peers = SERVICES.map((name) => ({
    name,
    url: `${addresses[name]}/session-ends`,
    send: authorizedFetch(source.for({ audience: name }), { origins: [addresses[name]] }),
  }))

  if (state.isShared) return () => Promise.resolve({ told: SERVICES, untold: [] })
  return async (end) => {
    const request = () => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(end),
      signal: AbortSignal.timeout(2000),
    })
    const answers = await Promise.all(
      peers.map(({ url, send }) =>
        send(url, request()).then(
          ({ status }) => status,
          () => undefined,
        ),
      ),
    )
    const names = (wereTold: boolean) =>
      peers.filter((_, at) => (answers[at] === 204) === wereTold).map(({ name }) => name)
    return { told: names(true), untold: names(false) }
  }
}
