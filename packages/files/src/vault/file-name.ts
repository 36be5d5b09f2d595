import { FileError } from '../outcome/file-error.js'

const MOST_BYTES = 255
/** Controls, what turns the direction of text round, invisible marks, and what cannot be written in UTF-8. */
const DECEPTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
/** What means something else than itself to one of the systems that a file is saved on. */
const MEANINGFUL = /[/\\:*?"<>|]|^\.{1,2}$|^\s|[\s.]$/
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/

/** A name to show and to save under, never a path. Normalised (NFC). @throws FileError `metadata_invalid` */
export function readFileName(given: unknown): string {
  if (typeof given !== 'string') throw new FileError('metadata_invalid')
  const name = given.normalize('NFC')
  const fits = name !== '' && Buffer.byteLength(name) <= MOST_BYTES
  if (fits && !DECEPTIVE.test(name) && !MEANINGFUL.test(name) && !RESERVED.test(name)) return name
  throw new FileError('metadata_invalid')
}

/** A media type without parameters, in lower case. @throws FileError `metadata_invalid` */
export function readMediaType(given: unknown = 'application/octet-stream'): string {
  if (typeof given !== 'string') throw new FileError('metadata_invalid')
  const type = (given.split(';', 1)[0] ?? '').trim().toLowerCase()
  if (MEDIA_TYPE.test(type)) return type
  throw new FileError('metadata_invalid')
}
