import { createAuthenticator, nodeRequest } from '@portcullis/core'
import { createDownloadHandler, createUploadHandler, type FileVaultOptions } from '@portcullis/files'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { createBench, ISSUER, SERVICE } from './bench.ts'
import { FRAMEWORKS, type FileService } from './file-services.ts'

const started: FileService[] = []

/** For the end of each test. */
export async function closeServices(): Promise<void> {
  for (const service of started.splice(0)) await service.close()
}

/** A vault on the web, in one of the frameworks; what fails is in `errors`. */
export async function serveBench(
  options: Partial<FileVaultOptions> = {},
  limits: object = {},
  framework = 'Express 5',
) {
  const bench = await createBench({ segmentBytes: 4096, ...options })
  const errors: string[] = []
  const onError = (error: unknown) => errors.push((error as { code: string }).code)
  const tokens = {
    issuer: ISSUER,
    audience: SERVICE,
    keys: bench.jwks,
    profile: 'at+jwt',
    clock: bench.clock,
  } as const
  const authenticate = createAuthenticator(tokens)
  const service = await FRAMEWORKS[framework]!({
    tokens,
    authOf: (request: IncomingMessage) =>
      authenticate(nodeRequest(request, () => SERVICE)).catch(() => undefined),
    upload: createUploadHandler({ vault: bench.vault, onError, ...limits }),
    download: createDownloadHandler({
      vault: bench.vault,
      publicOrigin: SERVICE,
      linkParameter: 'grant',
      onError,
    }),
  })
  started.push(service)
  const alice = { authorization: `Bearer ${await bench.tokenOf('alice')}` }
  const isEmpty = async () => {
    let left = (await bench.catalog.list({ limit: 10 })).length
    for await (const blob of bench.blobs.list!()) if (blob.name) left++
    return left === 0
  }
  return { ...bench, origin: service.origin, errors, alice, isEmpty }
}

export const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())
export const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
]

/** A request of which every byte is ours. */
export async function rawRequest(
  origin: string,
  lines: readonly string[],
  body: Uint8Array = Buffer.alloc(0),
) {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  socket.write(body)
  return socket
}
