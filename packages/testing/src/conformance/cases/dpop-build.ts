import type { ProofParts } from '../bound-tokens.js'
import type { ConformanceTokens } from '../tokens.js'
import { request } from './build.js'

export const HOST = 'api.example:8080'
export const PATH = '/authenticated'
const URL_OF_IT = `http://${HOST}${PATH}`
export type Header = readonly [name: string, value: string]

/** A request with the DPoP scheme, and as many DPoP headers as there are proofs. */
export const sent = (
  token: string,
  proofs: readonly string[],
  method = 'GET',
  target = PATH,
  ...more: Header[]
) =>
  request(
    method,
    target,
    ...(more.some(([name]) => name === 'Host') ? [] : [['Host', HOST] as const]),
    ['Authorization', `DPoP ${token}`],
    ...proofs.map((proof) => ['DPoP', proof] as const),
    ...more,
  )

/** Bound tokens of the client, and its proofs for a GET of the usual target. */
export function makers({ token, bound }: ConformanceTokens) {
  const own = (claims: object = {}) => token({ cnf: { jkt: bound.jkt }, ...claims })
  const mine = own()
  const proof = (parts: Partial<ProofParts> = {}) => bound.proof({ token: mine, url: URL_OF_IT, ...parts })
  return { own, mine, proof }
}
