import { isAscii } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { AuthError } from '../outcome/auth-error.js'
import { decodeBase64url } from './base64url.js'
import type { CheckedKey, DecryptionSettings } from './decryption-options.js'
import { parseStrictJson } from './strict-json.js'

const CONTENT_ENCRYPTION = ['A256GCM', 'A128CBC-HS256']
const SEGMENTS = 5
const NESTED_TOKEN = /^(?:application\/)?(?:jwt|[^/]*\+jwt)$/i

/**
 * Opens an encrypted token (RFC 7516 section 7.1) and answers with the token inside, of which nothing is proven yet:
 * whoever has our public key can encrypt. Keys, algorithms and sizes are ours to allow; compression and passwords
 * are not.
 *
 * @throws AuthError `encryption_required`, `token_too_long`, `decryption_failed`; which part failed is not told
 */
export type TokenOpener = (token: string) => Promise<string>

/** @param maximumLength characters of the longest token that is looked at */
export function createTokenOpener(
  { keys, required }: DecryptionSettings,
  maximumLength: number,
): TokenOpener {
  return async (token) => {
    if (token.length > maximumLength)
      throw new AuthError('token_too_long', { details: { limit: maximumLength } })
    const segments = token.split('.', SEGMENTS + 1)
    if (segments.length !== SEGMENTS) {
      if (required) throw new AuthError('encryption_required')
      return token
    }
    const { alg, enc, kid } = readHeader(segments)
    const found = pickKey(
      keys.filter(({ algorithm }) => algorithm === alg),
      kid,
    )
    if (found === undefined) throw new AuthError('decryption_failed')
    const plaintext = await decrypt(token, found.key, found.algorithm, enc)
    // The token inside is ASCII: anything else would be folded onto it below.
    if (plaintext.length > maximumLength || !isAscii(plaintext)) throw new AuthError('decryption_failed')
    return Buffer.from(plaintext).toString('latin1')
  }
}

/** The key of that id, else one without an id; where the token names none, there must be only one key. */
function pickKey(keys: readonly CheckedKey[], kid: string | undefined) {
  if (kid === undefined) return keys.length === 1 ? keys[0] : undefined
  return keys.find(({ id }) => id === kid) ?? keys.find(({ id }) => id === undefined)
}

function readHeader(segments: readonly string[]) {
  const [header, key, ...content] = segments.map((segment) => decodeBase64url(segment))
  const members = header === undefined ? undefined : parseStrictJson(header)
  if (members === undefined || key === undefined || content.includes(undefined)) {
    throw new AuthError('decryption_failed')
  }
  const own = (name: string) => (Object.hasOwn(members, name) ? members[name] : undefined)
  const [alg, enc, kid, cty] = [own('alg'), own('enc'), own('kid'), own('cty')]
  const sound =
    typeof alg === 'string' &&
    typeof enc === 'string' &&
    CONTENT_ENCRYPTION.includes(enc) &&
    (kid === undefined || typeof kid === 'string') &&
    (cty === undefined || (typeof cty === 'string' && NESTED_TOKEN.test(cty))) &&
    !['crit', 'zip', 'p2c', 'p2s', 'b64'].some((name) => Object.hasOwn(members, name))
  if (!sound) throw new AuthError('decryption_failed')
  return { alg, enc, kid }
}

async function decrypt(token: string, key: KeyObject, algorithm: string, enc: string): Promise<Uint8Array> {
  const { compactDecrypt } = await import('jose')
  try {
    const options = { keyManagementAlgorithms: [algorithm], contentEncryptionAlgorithms: [enc] }
    return (await compactDecrypt(token, key, options)).plaintext
  } catch {
    throw new AuthError('decryption_failed')
  }
}
