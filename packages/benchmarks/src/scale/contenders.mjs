import { createAuthorizer, createVerifier, hasRole, localJwks } from '@portcullis/core'
import { portcullis } from '../contenders/portcullis.mjs'
import { AUDIENCE, claimsOf, ISSUER, jwkOf, makeKeys, makeToken } from '../contenders/signed-tokens.mjs'

/** Characters of the tokens, from half a KiB to 16. */
export const LENGTHS = [512, 1024, 2048, 4096, 8192, 16_384]
export const ROLES = [1, 10, 100, 1000]
export const ISSUERS = [1, 10, 100, 1000]
export const KEYS = [1, 10, 100]

/**
 * Everything here answers `{ tokens, verifier }`: tokens of one size of something, and what makes a verifier of them
 * when it is told how many tokens to remember.
 */
export async function tokenOfLength(algorithm, length) {
  const { privateKey, publicKey } = makeKeys(algorithm)
  const token = await padded(algorithm, privateKey, length)
  return { tokens: [token], verifier: (cacheSize) => portcullis(algorithm, publicKey, { cacheSize }) }
}

/** The longest token of at most that length, filled up with departments. */
async function padded(algorithm, privateKey, length) {
  const make = (count) => {
    const departments = Array.from({ length: count }, (_, index) => `d-${String(index).padStart(4, '0')}`)
    const claims = claimsOf('mia', { jti: undefined, client_id: undefined, departments })
    return makeToken(algorithm, privateKey, claims)
  }
  const [none, hundred] = [(await make(0)).length, (await make(100)).length]
  let count = Math.max(0, Math.ceil(((length - none) * 100) / (hundred - none)))
  while (count > 0 && (await make(count)).length > length) count--
  return make(count)
}

/** The role that is asked for is the last one. */
export async function tokenOfRoles(count) {
  const { privateKey, publicKey } = makeKeys('ES256')
  const roles = Array.from({ length: count }, (_, index) => `r${index}`)
  const token = await makeToken('ES256', privateKey, claimsOf('mia', { roles }))
  const authorize = createAuthorizer(hasRole(roles.at(-1)))
  return {
    tokens: [token],
    verifier(cacheSize) {
      const verify = portcullis('ES256', publicKey, { cacheSize })
      return async (text) => authorize(await verify(text))
    },
  }
}

/** Each issuer has a key and tokens of its own. */
export async function tokensOfIssuers(count) {
  const parties = Array.from({ length: count }, (_, index) => ({
    issuer: count === 1 ? ISSUER : `https://tenant-${index}.example.com`,
    ...makeKeys('ES256'),
  }))
  const tokens = await Promise.all(
    parties.map(({ issuer, privateKey }) => makeToken('ES256', privateKey, claimsOf('mia', { iss: issuer }))),
  )
  const issuers = parties.map(({ issuer, publicKey }) => ({
    issuer,
    audience: AUDIENCE,
    keys: localJwks({ keys: [jwkOf('ES256', publicKey)] }),
  }))
  return { tokens, verifier: (cacheSize) => createVerifier({ issuers, cacheSize }) }
}

/** Each key of the one issuer has signed a token. */
export async function tokensOfKeys(count) {
  const pairs = Array.from({ length: count }, () => makeKeys('ES256'))
  const idOf = (index) => `key-${index}`
  const tokens = await Promise.all(
    pairs.map(({ privateKey }, index) =>
      makeToken('ES256', privateKey, claimsOf('mia'), { kid: idOf(index) }),
    ),
  )
  const keys = localJwks({
    keys: pairs.map(({ publicKey }, index) => jwkOf('ES256', publicKey, idOf(index))),
  })
  return {
    tokens,
    verifier: (cacheSize) => createVerifier({ issuer: ISSUER, audience: AUDIENCE, keys, cacheSize }),
  }
}
