import { badTokenCalls } from '../bad-tokens/bad-tokens.js'
import { ALGORITHMS, isSymmetric } from '../signing/algorithms.js'
import { compact } from '../signing/compact.js'
import { weakJwks } from '../signing/weak-keys.js'
import { letMove } from './address.js'
import { createKeyRing } from './key-ring.js'
import type { TestIssuer, TestIssuerOptions } from './test-issuer.js'
import { checkRequest, claimsOf, headerOf } from './token-request.js'
import { followingKeys } from './verifier-options.js'

const DEFAULT_URL = 'https://issuer.test'
const DEFAULT_AUDIENCE = 'test-api'
const systemClock = () => Date.now() / 1000

/**
 * Makes an issuer with real keys. Each has its own, so that no test passes because two issuers share one.
 *
 * @throws RangeError for an algorithm that it cannot sign with
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const { audience = DEFAULT_AUDIENCE, algorithm = 'RS256', clock = systemClock, weakKeys = false } = options
  if (!Object.hasOwn(ALGORITHMS, algorithm)) {
    throw new RangeError(`A test issuer signs with one of ${Object.keys(ALGORITHMS).join(', ')}`)
  }
  const ring = await createKeyRing({ ...options, algorithm })
  const keyFor = (id: string | undefined) => (id === undefined ? ring.signing : ring.find(id))
  let url = options.url ?? DEFAULT_URL

  const issuer: TestIssuer = {
    get url() {
      return url
    },
    audience,
    weakKeys: weakKeys && !isSymmetric(algorithm),
    get algorithm() {
      return ring.signing.algorithm
    },
    get secret() {
      const { algorithm, material } = ring.signing
      return isSymmetric(algorithm) ? new Uint8Array(material.export()) : undefined
    },
    get keyIds() {
      return ring.published
    },
    get signingKeyId() {
      return ring.signing.id
    },
    jwks: () => ({ keys: [...ring.jwks(), ...(issuer.weakKeys ? weakJwks() : [])] }),
    token(request = {}) {
      checkRequest(request)
      const key = keyFor(request.keyId)
      return compact(headerOf(request, key), claimsOf(request, issuer, clock()), key.sign)
    },
    authorization: (request) => ({ authorization: `Bearer ${issuer.token(request)}` }),
    bad: badTokenCalls((request) => {
      checkRequest(request)
      const key = keyFor(request.keyId)
      const now = clock()
      return {
        key,
        now,
        weakKeys: issuer.weakKeys,
        header: headerOf(request, key),
        claims: claimsOf(request, issuer, now),
      }
    }),
    sign: (header, payload, keyId) => compact(header, payload, keyFor(keyId).sign),
    verifierOptions: (core) => ({
      issuer: url,
      audience,
      keys: followingKeys(
        () => ring.published.join('\n'),
        () => {
          const { algorithm, material } = ring.signing
          return isSymmetric(algorithm)
            ? core.secret(material.export(), algorithm)
            : core.localJwks(issuer.jwks())
        },
      ),
      ...(options.clock === undefined ? {} : { clock }),
    }),
    publish: (wanted = {}) => ring.publish(wanted),
    signWith: ring.signWith,
    retire: ring.retire,
    async rotate(wanted = {}) {
      const id = await ring.publish(wanted)
      ring.signWith(id)
      return id
    },
  }
  if (options.url === undefined) letMove(issuer, (address) => (url = address))
  return Object.freeze(issuer)
}
