import type { Auth } from '@portcullis/core'
import type { ByteSpan } from '../format/decrypt.js'
import { FileError } from '../outcome/file-error.js'
import { storageCall } from '../outcome/storage-call.js'
import { isActions, isSpan, readGrant, type Grant, type GrantAction } from '../tokens/grant.js'
import type { VaultSettings } from './vault-options.js'

/** What a grant is to allow, and to whom. */
export interface GrantRequest {
  /** Who may use it: where the user of a request is known, it must be this one. */
  readonly subject: string
  /** Whose name the subject is; default the vault's own issuer. */
  readonly subjectIssuer?: string
  readonly actions: readonly GrantAction[]
  /** Seconds, up to what the key ring allows. */
  readonly expiresIn: number
  /** How often it may be used, 1 to 1,000,000; default as often as one likes. Each opening counts, of a part as well. */
  readonly maxUses?: number
  /** The part of the content that may be read, from `start` up to `end`; default all of it. */
  readonly range?: ByteSpan
  /** Thumbprint of the DPoP key that it is bound to (RFC 9449 section 6.1): then it is worth nothing without proofs. */
  readonly keyThumbprint?: string
  /**
   * For a URL, where others may see it: it must then be for one use and 60 seconds, cannot be bound to a key, and
   * is accepted from nowhere else.
   */
  readonly link?: boolean
}

export interface IssuedGrant {
  /** The JWT. */
  readonly grant: string
  /** To revoke it by. */
  readonly id: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

export const LONGEST_LINK_SECONDS = 60
const MOST_USES = 1_000_000

/** @throws FileError `grant_request_invalid`, `file_unknown`, `catalog_full` */
export async function issueGrant(
  { catalog, signer, verifier }: VaultSettings,
  file: string,
  request: GrantRequest,
): Promise<IssuedGrant> {
  checkRequest(request, signer.longestGrant)
  const { subject, subjectIssuer = signer.issuer, actions, range, keyThumbprint, link, maxUses } = request
  const { token, id, expiresAt } = await signer.grant({
    subject,
    lifetime: request.expiresIn,
    keyThumbprint,
    claims: {
      file,
      actions: [...actions],
      subject_issuer: subjectIssuer,
      ...(range === undefined ? {} : { range: [range.start, range.end] }),
      ...(link === true ? { link } : {}),
    },
  })
  const record = { id, file, subject, subjectIssuer, actions, expiresAt, usesLeft: maxUses ?? null }
  const outcome = await storageCall(() => catalog.addGrant(record, verifier.clock()))
  if (outcome !== 'added') throw new FileError(outcome === 'full' ? 'catalog_full' : 'file_unknown')
  return Object.freeze({ grant: token, id, expiresAt })
}

function checkRequest(request: GrantRequest, longest: number): void {
  const { subject, subjectIssuer, actions, expiresIn, maxUses, range, keyThumbprint, link = false } = request
  const texts: readonly unknown[] = subjectIssuer === undefined ? [subject] : [subject, subjectIssuer]
  const counts =
    maxUses === undefined || (Number.isSafeInteger(maxUses) && maxUses >= 1 && maxUses <= MOST_USES)
  const bound = keyThumbprint === undefined || /^[\w-]{43}$/.test(keyThumbprint)
  const lives = expiresIn >= 1 && expiresIn <= longest
  const isLink = maxUses === 1 && expiresIn <= LONGEST_LINK_SECONDS && keyThumbprint === undefined
  if (
    !texts.every((text) => typeof text === 'string' && text !== '') ||
    !isActions(actions) ||
    !lives ||
    !counts ||
    !bound ||
    !(range === undefined || isSpan([range.start, range.end])) ||
    !(!link || isLink)
  ) {
    throw new FileError('grant_request_invalid')
  }
}

/** How a grant came, and what it is to be used for. */
export interface GrantUse {
  readonly action: GrantAction
  /** The file that the request is about, where it says so itself. */
  readonly file?: string | undefined
  /** Who sends the request, where that is known. */
  readonly auth?: Auth<unknown> | undefined
  /** Whether it stood in a URL. */
  readonly fromLink?: boolean | undefined
}

/**
 * A grant that holds for a use, but is not used up by it yet.
 *
 * @throws AuthError for the token, FileError for what the grant says
 */
export async function checkGrant(
  { catalog, verifier }: VaultSettings,
  presented: string | Auth,
  use: GrantUse,
): Promise<Grant> {
  const verified = typeof presented === 'string' ? await verifier.verify(presented) : presented
  const { header, issuer, claims } = verified
  // A token of another verifier may be good elsewhere; here it says nothing.
  if (header.typ !== 'file-grant+jwt' || issuer !== verifier.issuer || claims.aud !== verifier.audience) {
    throw new FileError('grant_invalid')
  }
  const grant = readGrant(verified)
  const allowed =
    grant.actions.includes(use.action) || (use.action === 'describe' && grant.actions.includes('read'))
  if (grant.link !== (use.fromLink ?? false)) {
    throw new FileError(grant.link ? 'grant_only_a_link' : 'grant_not_a_link')
  }
  if (use.file !== undefined && use.file !== grant.file) throw new FileError('grant_file_mismatch')
  if (!allowed) throw new FileError('grant_action_mismatch')
  const { auth } = use
  if (auth !== undefined && (auth.subject !== grant.subject || auth.issuer !== grant.subjectIssuer)) {
    throw new FileError('grant_subject_mismatch')
  }
  const known = await storageCall(() => catalog.findGrant(grant.id))
  if (known?.file !== grant.file) throw new FileError('grant_unknown')
  if (known.usesLeft === 0) throw new FileError('grant_used_up')
  return grant
}

/** Counts a use, when everything else was checked. @throws FileError `grant_unknown`, `grant_used_up` */
export async function countUse({ catalog }: VaultSettings, { id }: Grant): Promise<void> {
  const outcome: unknown = await storageCall(() => catalog.useGrant(id))
  if (outcome === 'used') return
  throw new FileError(outcome === 'used_up' ? 'grant_used_up' : 'grant_unknown')
}

/** @throws FileError `grant_range_exceeded` */
export function checkRange({ range }: Grant, span: ByteSpan): void {
  if (range === undefined || (span.start >= range.start && span.end <= range.end)) return
  throw new FileError('grant_range_exceeded')
}
