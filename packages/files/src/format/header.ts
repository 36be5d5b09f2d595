import { randomBytes } from 'node:crypto'
import { FileError } from '../outcome/file-error.js'
import { headerBytes, NONCE_PREFIX_BYTES, type FormatParameters } from './parameters.js'

/** What a ciphertext begins with: its own length in one byte, the salt, and what every nonce begins with. */
export interface Header {
  readonly salt: Buffer
  readonly noncePrefix: Buffer
}

/** Random for each encryption, so that no key and nonce are ever used for two messages. */
export function newHeader({ derivedKeyBytes }: FormatParameters): Header {
  return { salt: randomBytes(derivedKeyBytes), noncePrefix: randomBytes(NONCE_PREFIX_BYTES) }
}

export function writeHeader(parameters: FormatParameters, { salt, noncePrefix }: Header): Buffer {
  return Buffer.concat([Buffer.of(headerBytes(parameters)), salt, noncePrefix])
}

/** @throws FileError `header_invalid` */
export function readHeader(parameters: FormatParameters, bytes: Buffer): Header {
  const length = headerBytes(parameters)
  if (bytes.length !== length || bytes[0] !== length) throw new FileError('header_invalid')
  return {
    salt: bytes.subarray(1, 1 + parameters.derivedKeyBytes),
    noncePrefix: bytes.subarray(1 + parameters.derivedKeyBytes),
  }
}
