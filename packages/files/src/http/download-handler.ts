import { nodeRequest, type Auth } from '@portcullis/core'
import {
  functionOf,
  nonEmptyString,
  optional,
  readOptions,
  wholeNumberBetween,
  withMethods,
} from '@portcullis/core/internal'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { FileError } from '../outcome/file-error.js'
import type { FileVault } from '../vault/create-file-vault.js'
import type { FileDescription, OpenedFile, RequestedRange } from '../vault/open-file.js'
import { answerError } from './answer-error.js'
import { downloadHeaders } from './download-headers.js'
import { readRange } from './range-header.js'

export interface DownloadOptions {
  readonly vault: FileVault
  /** Scheme, host and port under which clients reach this service: DPoP proofs are made for it. */
  readonly publicOrigin: string
  /** The parameter of a URL in which the grant of a link may stand; left out, grants in URLs are refused. */
  readonly linkParameter?: string
  /** Seconds after which a download is broken off, 1 to 86,400; default 3,600. */
  readonly timeLimit?: number
  /** Is told why a download failed, with the exact code. */
  readonly onError?: (error: unknown) => void
}

/** What the route knows of the request. */
export interface DownloadContext {
  /** Who sends it, where `authenticate` has said so; then no grant is needed, and one in `File-Grant` must be his. */
  readonly auth?: Auth<unknown> | undefined
  /** The id of the file in the path, where it is there. */
  readonly id?: string | undefined
}

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  context?: DownloadContext,
) => Promise<void>

/** One file to one request, in both of the ways in which it may be had. */
interface Access {
  describe(): Promise<FileDescription>
  open(range: RequestedRange | undefined): Promise<OpenedFile>
}

/**
 * Makes a handler for GET and HEAD on Node's own request and response, which Express, Koa and Nest all have. It answers
 * every outcome itself, and never throws.
 *
 * @throws ConfigurationError
 */
export function createDownloadHandler(options: DownloadOptions): Handler {
  const settings = readOptions('createDownloadHandler()', options, {
    vault: withMethods<FileVault>(['open', 'describe', 'openAs'], 'createFileVault(...)'),
    publicOrigin: nonEmptyString,
    linkParameter: optional(nonEmptyString, undefined),
    timeLimit: optional(wholeNumberBetween(1, 86_400, 'seconds'), 3600),
    onError: optional(functionOf<(error: unknown) => void>('is given an error'), undefined),
  })
  const { timeLimit, onError } = settings
  const accessTo = accessFinder(settings)

  return async (request, response, context = {}) => {
    const isHead = request.method === 'HEAD'
    const limit = setTimeout(() => response.destroy(), timeLimit * 1000).unref()
    try {
      if (!isHead && request.method !== 'GET') {
        throw new FileError('method_not_allowed', { headers: { Allow: 'GET, HEAD' } })
      }
      const access = await accessTo(request, context)
      await answer(access, request, response, isHead)
    } catch (error) {
      onError?.(error)
      answerError(response, error, isHead)
    } finally {
      clearTimeout(limit)
    }
  }
}

function accessFinder({
  vault,
  publicOrigin,
  linkParameter,
}: Pick<DownloadOptions, 'vault' | 'publicOrigin'> & { readonly linkParameter: string | undefined }) {
  const byGrant = (
    grant: Parameters<FileVault['open']>[0],
    use: Parameters<FileVault['describe']>[1],
  ): Access => ({
    describe: () => vault.describe(grant, use),
    open: (range) => vault.open(grant, { ...use, range }),
  })
  return async (request: IncomingMessage, { auth, id }: DownloadContext): Promise<Access> => {
    const authRequest = nodeRequest(request, () => publicOrigin + targetOf(request))
    const inHeader = authRequest.header('file-grant')
    const inLink = linkGrants(request, linkParameter)
    if (inHeader.length + inLink.length > 1) throw new FileError('grant_ambiguous')
    const [link] = inLink
    if (link !== undefined) return byGrant(link, { file: id, fromLink: true })
    const [grant] = inHeader
    if (grant !== undefined) return byGrant(grant, { file: id, auth })
    if (auth !== undefined) {
      const file = id ?? ''
      return {
        describe: () => vault.describeAs(auth, file),
        open: (range) => vault.openAs(auth, file, { range }),
      }
    }
    return byGrant(await vault.verifier.authenticate(authRequest), { file: id })
  }
}

const targetOf = (request: IncomingMessage & { readonly originalUrl?: string }) =>
  request.originalUrl ?? request.url ?? '/'

/** @throws FileError `grant_not_a_link` for a grant in the URL where links are not taken */
function linkGrants(request: IncomingMessage, parameter: string | undefined): readonly string[] {
  const query = new URLSearchParams(targetOf(request).split('?').slice(1).join('?'))
  if (parameter !== undefined) return query.getAll(parameter)
  if (query.has('grant') || query.has('access_token')) throw new FileError('grant_not_a_link')
  return []
}

async function answer(access: Access, request: IncomingMessage, response: ServerResponse, isHead: boolean) {
  const description = await access.describe()
  const headers = downloadHeaders(description)
  if (matches(request.headers['if-none-match'], headers.ETag ?? '')) {
    response.writeHead(304, headers).end()
    return
  }
  const { size } = description
  const range = rangeOf(request, headers.ETag, size)
  const part =
    range === undefined
      ? {}
      : { 'Content-Range': `bytes ${range.start ?? 0}-${(range.end ?? size) - 1}/${size}` }
  const length = range === undefined ? size : (range.end ?? size) - (range.start ?? 0)
  const head = () =>
    response.writeHead(range === undefined ? 200 : 206, { ...headers, ...part, 'Content-Length': length })
  if (isHead) {
    head().end()
    return
  }
  const { stream } = await access.open(range)
  // The first piece is checked before anything is answered: what is damaged at its start is an error, and not a file.
  await new Promise<void>((resolve, reject) => {
    stream.once('readable', resolve).once('error', reject)
  })
  head()
  await pipeline(stream, response)
}

/** RFC 9110 section 13.1.5: a part only of the very content that the client has the rest of. */
function rangeOf(
  request: IncomingMessage,
  etag: string | undefined,
  size: number,
): RequestedRange | undefined {
  const condition = request.headers['if-range']
  if (condition !== undefined && condition !== etag) return undefined
  return readRange(request.headers.range, size)
}

/** RFC 9110 section 13.1.2: the weak comparison. */
function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
