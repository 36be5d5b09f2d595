import type { Auth } from '@portcullis/core'
import { requireAuth } from '@portcullis/core'
import { functionOf, optional, readOptions, wholeNumberBetween, withMethods } from '@portcullis/core/internal'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { FileError } from '../outcome/file-error.js'
import type { FileVault } from '../vault/create-file-vault.js'
import type { FilePermissions } from '../vault/permissions.js'
import { answerError } from './answer-error.js'
import { PROTECTION } from './download-headers.js'

export interface UploadOptions {
  readonly vault: FileVault
  /** Uploads under way at one time, 1 to 10,000; default 64. */
  readonly maxUploads?: number
  /** Seconds for one upload as a whole, 1 to 86,400; default 3,600. */
  readonly timeLimit?: number
  /** Seconds without a byte, 1 to 3,600; default 30. */
  readonly idleLimit?: number
  /** Is told why an upload failed, with the exact code. */
  readonly onError?: (error: unknown) => void
}

/** What the route knows of the request. */
export interface UploadContext {
  /** Who sends it, of `authenticate`: the owner. */
  readonly auth: Auth<unknown> | undefined
  /** Default the header `File-Name`, percent-encoded. */
  readonly name?: string | undefined
  readonly permissions?: FilePermissions | undefined
}

type Handler = (request: IncomingMessage, response: ServerResponse, context: UploadContext) => Promise<void>

/**
 * Makes a handler for POST and PUT, on Node's own request and response. The body is the content, by itself, and nobody
 * else may read it. It answers 201 with `{ id, size }`, or the refusal, and leaves nothing behind of what broke off.
 *
 * @throws ConfigurationError
 */
export function createUploadHandler(options: UploadOptions): Handler {
  const settings = readOptions('createUploadHandler()', options, {
    vault: withMethods<FileVault>(['put'], 'createFileVault(...)'),
    maxUploads: optional(wholeNumberBetween(1, 10_000, 'uploads'), 64),
    timeLimit: optional(wholeNumberBetween(1, 86_400, 'seconds'), 3600),
    idleLimit: optional(wholeNumberBetween(1, 3600, 'seconds'), 30),
    onError: optional(functionOf<(error: unknown) => void>('is given an error'), undefined),
  })
  const { vault, maxUploads, onError } = settings
  let uploads = 0

  return async (request, response, { auth: given, name, permissions }) => {
    try {
      const auth: Auth<unknown> = requireAuth<unknown>(given)
      checkRequest(request, vault.maxBytes)
      if (uploads >= maxUploads) throw new FileError('uploads_too_many')
      uploads++
      try {
        const type = request.headers['content-type']
        const { id, size } = await vault.put(paced(request, settings), {
          name: name ?? nameOf(request),
          owner: { issuer: auth.issuer, subject: auth.subject },
          ...(type === undefined ? {} : { type }),
          ...(permissions === undefined ? {} : { permissions }),
        })
        const body = JSON.stringify({ id, size })
        response.writeHead(201, { ...PROTECTION, 'Content-Type': 'application/json' }).end(body)
      } finally {
        uploads--
      }
    } catch (error) {
      onError?.(error)
      // What is still coming is of no use, and must not be taken for the next request.
      if (!response.headersSent && !request.complete) response.setHeader('Connection', 'close')
      answerError(response, error, false)
      if (!request.complete) request.resume()
    }
  }
}

const METHODS = ['POST', 'PUT']

/** What can be refused before a byte is read. */
function checkRequest(request: IncomingMessage, maxBytes: number): void {
  const { headers, method = '' } = request
  if (!METHODS.includes(method)) {
    throw new FileError('method_not_allowed', { headers: { Allow: METHODS.join(', ') } })
  }
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw new FileError('content_encoding_unsupported')
  // A part of a file, or a form with a file in it, would be stored as if it were the file.
  if (headers['content-range'] !== undefined || /^\s*multipart\//i.test(headers['content-type'] ?? '')) {
    throw new FileError('content_type_unsupported')
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw new FileError('content_too_large')
  // By a parser of bodies that stands before: what is left would be taken for an empty file.
  if (request.readableDidRead) throw new FileError('body_already_read')
}

function nameOf({ headers }: IncomingMessage): string {
  const header = headers['file-name']
  if (typeof header !== 'string') throw new FileError('metadata_invalid')
  try {
    return decodeURIComponent(header)
  } catch {
    throw new FileError('metadata_invalid')
  }
}

/** The body, as long as it keeps coming. */
async function* paced(
  request: IncomingMessage,
  { timeLimit, idleLimit }: { readonly timeLimit: number; readonly idleLimit: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const tooSlow = () => request.destroy(new FileError('upload_too_slow'))
  const whole = setTimeout(tooSlow, timeLimit * 1000).unref()
  let idle = setTimeout(tooSlow, idleLimit * 1000).unref()
  try {
    for await (const bytes of request as AsyncIterable<Uint8Array>) {
      clearTimeout(idle)
      yield bytes
      idle = setTimeout(tooSlow, idleLimit * 1000).unref()
    }
    // Node ends the stream of a body that broke off with an error; this is for those who put their own in its place.
    if (!request.complete) throw new FileError('upload_incomplete')
  } finally {
    clearTimeout(whole)
    clearTimeout(idle)
  }
}
