import { createHmac } from 'node:crypto'
import { equalDigests } from './thumbprint.js'

/** Nonces that need no memory (RFC 9449 section 8): a slot of time, and a MAC over it by a secret of the services. */
export interface DpopNonces {
  /** The nonce to hand out now. */
  current(now: number): string
  /** Whether a nonce was handed out in this slot of time or in the one before. */
  accepts(nonce: string, now: number): boolean
}

const SLOT_SECONDS = 300
const NONCE = /^[0-9a-z]{1,12}\.[A-Za-z0-9_-]{43}$/

/** @param secret at least 32 bytes; services that share it accept each other's nonces */
export function createDpopNonces(secret: Uint8Array): DpopNonces {
  const nonceOf = (slot: number) => {
    const text = slot.toString(36)
    return `${text}.${createHmac('sha256', secret).update(`dpop-nonce ${text}`).digest('base64url')}`
  }
  const slotOf = (now: number) => Math.floor(now / SLOT_SECONDS)
  return {
    current: (now) => nonceOf(slotOf(now)),
    accepts(nonce, now) {
      if (!NONCE.test(nonce)) return false
      const slot = slotOf(now)
      return [slot, slot - 1].some((candidate) => equalDigests(nonceOf(candidate), nonce))
    },
  }
}
