import { createSecretKey, randomBytes } from 'node:crypto'
import { serveJwks } from '../contenders/jwks-endpoint.mjs'
import {
  AUDIENCE,
  claimsOf,
  ISSUER,
  jwkOf,
  makeKeys,
  makeToken,
  makeTokens,
  tampered,
} from '../contenders/signed-tokens.mjs'
import { FRAMEWORKS, load } from './frameworks.mjs'

const ALGORITHMS = ['RS256', 'HS256']

/**
 * Who meets whom: every framework with every algorithm, with the tokens that are sent.
 *
 * @param {number} tokens how many different ones
 * @returns {Promise<{ title: string, servers: object[], tokens: string[], bad: string[], close: () => void }[][]>} by
 *   algorithm
 */
export async function createContests(tokens) {
  return Promise.all(ALGORITHMS.map((algorithm) => contestsOf(algorithm, tokens)))
}

async function contestsOf(algorithm, count) {
  const { privateKey, publicKey } = algorithm === 'HS256' ? secretOfLetters() : makeKeys(algorithm)
  const jwk = jwkOf(algorithm, publicKey)
  const tokens = await makeTokens(algorithm, privateKey, count)
  const expired = await makeToken(algorithm, privateKey, claimsOf('mia', { exp: 1_700_000_000 }))
  const bad = [tampered(tokens[0]), expired]
  const { jwksUri, close } = await serveJwks(...(algorithm === 'HS256' ? [] : [jwk]))
  const material = { algorithm, jwk, issuer: ISSUER, audience: AUDIENCE, jwksUri }
  return Promise.all(
    Object.keys(FRAMEWORKS).map(async (framework) => {
      const { CONTENDERS } = await load(framework)
      const servers = Object.entries(CONTENDERS)
        .filter(([, { algorithms = ALGORITHMS }]) => algorithms.includes(algorithm))
        .map(([name, { packages, remembers = false }]) => ({
          ...{ framework, name, ...material },
          ...{ isBare: packages === undefined, remembers },
        }))
      return { title: `${framework}, ${algorithm}`, servers, tokens, bad, close }
    }),
  )
}

/** Some peers take a secret as text only. */
function secretOfLetters() {
  const key = createSecretKey(Buffer.from(randomBytes(32).toString('hex')))
  return { privateKey: key, publicKey: key }
}
