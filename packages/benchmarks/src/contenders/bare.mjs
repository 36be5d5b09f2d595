import { constants, createHmac, timingSafeEqual, verify } from 'node:crypto'

const HASHES = { RS256: 'sha256', PS256: 'sha256', ES256: 'sha256', EdDSA: null }
const INPUTS = {
  RS256: (key) => key,
  PS256: (key) => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  ES256: (key) => ({ key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (key) => key,
}

/**
 * The bare primitive with a ready KeyObject: the token is cut in two and the signature checked, which no verification
 * can do without. No claim is read.
 *
 * @returns {(token: string) => boolean}
 */
export function bare(algorithm, publicKey) {
  if (algorithm === 'HS256') {
    return (token) => {
      const [input, signature] = partsOf(token)
      const expected = createHmac('sha256', publicKey).update(input).digest()
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    }
  }
  const key = INPUTS[algorithm](publicKey)
  return (token) => {
    const [input, signature] = partsOf(token)
    return verify(HASHES[algorithm], Buffer.from(input, 'latin1'), key, signature)
  }
}

/** The same on the thread pool, for many in flight; a MAC is nothing for the pool. */
export function bareOnPool(algorithm, publicKey) {
  if (algorithm === 'HS256') return bare(algorithm, publicKey)
  const key = INPUTS[algorithm](publicKey)
  return (token) =>
    new Promise((resolve, reject) => {
      const [input, signature] = partsOf(token)
      verify(HASHES[algorithm], Buffer.from(input, 'latin1'), key, signature, (error, holds) => {
        if (error === null) resolve(holds)
        else reject(error)
      })
    })
}

function partsOf(token) {
  const dot = token.lastIndexOf('.')
  return [token.slice(0, dot), Buffer.from(token.slice(dot + 1), 'base64url')]
}
