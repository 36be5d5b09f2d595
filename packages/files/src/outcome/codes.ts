/** One kind of refusal or failure. */
export interface Outcome {
  readonly status: number
  /** The constant sentence that is the message. */
  readonly title: string
  /** What callers are told in place of the code; whoever tries keys and bytes must not learn what was wrong. */
  readonly publicCode?: string
}

const unreadable = { status: 500, title: 'The file cannot be read', publicCode: 'file_unreadable' } as const
const noGrant = { status: 403, title: 'The grant does not allow this' } as const

/** All that a vault refuses or cannot do. The list is closed. */
export const OUTCOMES = {
  file_unknown: { status: 404, title: 'There is no such file' },

  grant_invalid: { status: 401, title: 'The grant is not of the right form' },
  grant_unknown: { status: 403, title: 'The grant was revoked, or is not known here' },
  grant_used_up: { status: 403, title: 'The grant has been used as often as it may' },
  grant_action_mismatch: noGrant,
  grant_file_mismatch: noGrant,
  grant_subject_mismatch: noGrant,
  grant_range_exceeded: noGrant,
  grant_not_a_link: { status: 400, title: 'Only a single-use grant for a link may stand in a URL' },
  grant_only_a_link: { status: 400, title: 'A grant for a link stands in the URL of that link' },
  grant_ambiguous: { status: 400, title: 'The request has more than one grant' },
  grant_request_invalid: { status: 400, title: 'A grant cannot say that' },

  range_malformed: { status: 400, title: 'The range is not one range of bytes' },
  range_unsatisfiable: { status: 416, title: 'The file has no such range' },
  ranges_unsupported: { status: 416, title: 'One range of bytes can be asked for at a time' },
  method_not_allowed: { status: 405, title: 'The method is not allowed' },

  metadata_invalid: { status: 400, title: 'Name, type, owner or permissions of the file are not acceptable' },
  content_too_large: { status: 413, title: 'The file is larger than is allowed' },
  content_encoding_unsupported: { status: 415, title: 'The content must not be encoded' },
  content_type_unsupported: { status: 415, title: 'The content is sent by itself, not as a form' },
  body_already_read: { status: 500, title: 'The body was read before the upload handler was called' },
  upload_incomplete: { status: 400, title: 'The content broke off' },
  upload_too_slow: { status: 408, title: 'The content took too long' },
  uploads_too_many: { status: 503, title: 'Too many files are being stored at this time' },
  quota_exceeded: { status: 413, title: 'The owner has as many files or bytes as are allowed' },
  catalog_full: { status: 507, title: 'The catalog holds as much as it may' },

  header_invalid: unreadable,
  segment_invalid: unreadable,
  content_truncated: unreadable,
  content_overlong: unreadable,
  key_commitment_mismatch: unreadable,
  wrapped_key_invalid: unreadable,
  manifest_invalid: unreadable,
  format_unsupported: unreadable,
  key_encryption_key_unknown: unreadable,
  storage_unavailable: { status: 503, title: 'The storage is not available' },
} as const satisfies Readonly<Record<string, Outcome>>

/** Why a vault refused or failed. */
export type FileErrorCode = keyof typeof OUTCOMES
