import type { ConformanceCase } from '../conformance-case.js'
import type { ConformanceTokens } from '../tokens.js'
import { addressedUrlCases } from './addressed-url.js'
import { authorizationHeaderCases } from './authorization-header.js'
import { connectionCases } from './connections.js'
import { cookieCases } from './cookie.js'
import { csrfCases } from './csrf.js'
import { dpopAddressCases } from './dpop-address.js'
import { dpopCases } from './dpop.js'
import { encryptedCases } from './encrypted.js'
import { methodCases } from './methods.js'
import { mutualTlsCases } from './mutual-tls.js'
import { optionalCases } from './optional.js'
import { otherPlacesCases } from './other-places.js'
import { outageCases } from './outage.js'
import { pathCases } from './paths.js'
import { plainCases } from './plain.js'
import { policyCases } from './policies.js'
import { stateCases } from './state.js'
import { stepUpCases } from './step-up.js'
import { tokenCases } from './tokens.js'

const CHAPTERS = [
  authorizationHeaderCases,
  otherPlacesCases,
  tokenCases,
  policyCases,
  optionalCases,
  cookieCases,
  addressedUrlCases,
  methodCases,
  pathCases,
  connectionCases,
  outageCases,
  plainCases,
  csrfCases,
  dpopCases,
  dpopAddressCases,
  mutualTlsCases,
  encryptedCases,
  stateCases,
  stepUpCases,
]

/** The whole table. */
export function conformanceCases(tokens: ConformanceTokens): readonly ConformanceCase[] {
  return CHAPTERS.flatMap((chapter) => chapter(tokens))
}
