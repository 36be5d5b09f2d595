import { LRUCache } from 'lru-cache'
import {
  allowInsecureRequests,
  customFetch,
  DPoP,
  generateKeyPair,
  modifyAssertion,
  protectedResourceRequest,
  type DPoPHandle,
} from 'oauth4webapi'
import type { PrivateKey } from '../credentials/private-key.js'

/** What a proof is for. */
export interface ProvenRequest {
  readonly method: string
  readonly url: string
  readonly token: string
}

/** Makes DPoP proofs with one key (RFC 9449 section 4), and remembers the nonce of each origin (section 8). */
export interface Prover {
  /** For the token endpoint. */
  handle(): Promise<DPoPHandle>
  /** Of its key (RFC 7638). */
  thumbprint(): Promise<string>
  prove(request: ProvenRequest): Promise<string>
  /** Whether there is a nonce in the answer, which the next proof for that origin holds. */
  learnNonce(url: string, headers: { get(name: string): string | null }): boolean
}

const REMEMBERED_ORIGINS = 100
/** RFC 9449 section 8.1, within a length. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/

/** @param key made when first needed, and gone with the process, where none is given */
export function createProver(key: PrivateKey | undefined, clock: () => number): Prover {
  const nonces = new LRUCache<string, string>({ max: REMEMBERED_ORIGINS })
  let handle: Promise<DPoPHandle> | undefined

  const create = async (): Promise<DPoPHandle> => {
    const pair = await (key === undefined ? generateKeyPair('ES256') : key.pair())
    return DPoP({}, pair, {
      [modifyAssertion]: (_header, payload) => {
        payload.iat = Math.floor(clock())
        const nonce = nonces.get(new URL(payload.htu as string).origin)
        if (nonce !== undefined) payload.nonce = nonce
      },
    })
  }
  const get = () => (handle ??= create())

  return Object.freeze({
    handle: get,
    thumbprint: async () => (await get()).calculateThumbprint(),
    async prove({ method, url, token }: ProvenRequest): Promise<string> {
      let proof = ''
      await protectedResourceRequest(token, method, new URL(url), undefined, undefined, {
        DPoP: await get(),
        [allowInsecureRequests]: true,
        [customFetch]: (_url, { headers }) => {
          proof = headers.dpop ?? ''
          return Promise.resolve(new Response(null, { status: 204 }))
        },
      })
      return proof
    },
    learnNonce(url: string, headers: { get(name: string): string | null }): boolean {
      const nonce = headers.get('dpop-nonce')
      if (nonce === null || !NONCE.test(nonce)) return false
      nonces.set(new URL(url).origin, nonce)
      return true
    },
  })
}
