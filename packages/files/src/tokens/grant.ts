import type { Auth } from '@portcullis/core'
import { FileError } from '../outcome/file-error.js'
import type { ByteSpan } from '../format/decrypt.js'
import { isFileId } from '../vault/file-id.js'

/** What a grant can allow. `read` includes `describe`. */
export const ACTIONS = ['read', 'describe', 'destroy'] as const
export type GrantAction = (typeof ACTIONS)[number]

/** What a verified grant says. */
export interface Grant {
  readonly id: string
  readonly file: string
  readonly subject: string
  readonly subjectIssuer: string
  readonly actions: readonly GrantAction[]
  readonly range: ByteSpan | undefined
  readonly link: boolean
  readonly expiresAt: number
}

export const isSpan = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((edge) => Number.isSafeInteger(edge) && edge >= 0) &&
  (value[0] as number) < (value[1] as number)

export const isActions = (value: unknown): value is readonly GrantAction[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  new Set(value).size === value.length &&
  value.every((action) => ACTIONS.some((known) => known === action))

/** Reads what only the signer writes; still it is held to its form. @throws FileError `grant_invalid` */
export function readGrant({ claims, subject, expiresAt }: Auth): Grant {
  const { jti, file, actions, range, link, subject_issuer: subjectIssuer } = claims
  if (
    typeof jti !== 'string' ||
    typeof subject !== 'string' ||
    typeof subjectIssuer !== 'string' ||
    !isFileId(file) ||
    !isActions(actions) ||
    !(range === undefined || isSpan(range)) ||
    !(link === undefined || link === true)
  ) {
    throw new FileError('grant_invalid')
  }
  return Object.freeze({
    id: jti,
    file,
    subject,
    subjectIssuer,
    actions,
    range: range === undefined ? undefined : { start: range[0], end: range[1] },
    link: link === true,
    expiresAt,
  })
}
