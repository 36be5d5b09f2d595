import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { RedisStoreError } from '../redis-store-error.js'

const IV_BYTES = 12
const TAG_BYTES = 16

/** Opens and closes what Redis keeps of a ring. */
export interface RingSeal {
  seal(content: string, version: number): string
  /** @throws RedisStoreError `sealed` where no key opens it, or it is of another ring or version */
  open(sealed: string, version: number): string
}

/**
 * AES-256-GCM with a key that the user gives; the name of the ring and its version are bound to it, so that no old ring
 * can be put in the place of a new one unnoticed.
 *
 * @param keys the first one seals, all of them open
 */
export function createRingSeal(keys: readonly Uint8Array[], name: string): RingSeal {
  const derived = keys.map(
    (key) => new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `portcullis key ring ${name}`, 32)),
  )
  const [first = new Uint8Array()] = derived
  const bound = (version: number) => Buffer.from(`${name} ${version}`)

  const openWith = (key: Uint8Array, bytes: Buffer, version: number): string | undefined => {
    try {
      const iv = bytes.subarray(0, IV_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
      decipher.setAAD(bound(version)).setAuthTag(bytes.subarray(-TAG_BYTES))
      const opened = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES))
      return Buffer.concat([opened, decipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }
  return Object.freeze({
    seal(content, version) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', first, iv, { authTagLength: TAG_BYTES })
      cipher.setAAD(bound(version))
      const sealed = Buffer.concat([cipher.update(content, 'utf8'), cipher.final()])
      return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64')
    },
    open(sealed, version) {
      const bytes = Buffer.from(sealed, 'base64')
      for (const key of derived) {
        const content = openWith(key, bytes, version)
        if (content !== undefined) return content
      }
      throw new RedisStoreError('sealed')
    },
  } satisfies RingSeal)
}
