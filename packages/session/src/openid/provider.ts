import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  discovery,
  enableNonRepudiationChecks,
  None,
  type Configuration,
} from 'openid-client'
import type { SingleSignOnSettings } from './single-sign-on-options.js'

/** Seconds for which metadata of the provider are kept. */
const KEPT = 3600

const AUTHENTICATION = { basic: ClientSecretBasic, post: ClientSecretPost } as const

/** Finds the provider's endpoints when they are first needed; what fails is tried again by the next sign-in. */
export function createProvider(settings: SingleSignOnSettings): () => Promise<Configuration> {
  const { provider, clientId, clientSecret, clientAuthentication, timeout, clock } = settings
  // The options admit no other http.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- so marked to stand out; it is not going away
  const onLoopback = provider.protocol === 'http:' ? [allowInsecureRequests] : []
  let known: { readonly configuration: Promise<Configuration>; readonly until: number } | undefined

  const discover = () =>
    discovery(
      provider,
      clientId,
      undefined,
      clientSecret === undefined ? None() : AUTHENTICATION[clientAuthentication](clientSecret),
      // The signature of the ID token is checked, although it came from the provider itself.
      { timeout, execute: [enableNonRepudiationChecks, ...onLoopback] },
    )
  return () => {
    if (known === undefined || !(clock() < known.until)) {
      const next = { configuration: discover(), until: clock() + KEPT }
      known = next
      next.configuration.catch(() => {
        if (known === next) known = undefined
      })
    }
    return known.configuration
  }
}
