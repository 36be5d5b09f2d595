import { kuboBlobStore } from '@portcullis/files/kubo'
import { exporter } from 'ipfs-unixfs-exporter'
import { importByteStream } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { create } from 'kubo-rpc-client'
import { CID } from 'multiformats/cid'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export { CID, create, kuboBlobStore }

/*
 * The part of Kubo's RPC interface that the store uses, as docs.ipfs.tech/reference/kubo/rpc describes it, with real
 * UnixFS blocks in memory. As in Kubo, a block that is nowhere is waited for without an end.
 */
export interface FakeKubo {
  readonly url: string
  readonly blocks: Map<string, Uint8Array>
  readonly pins: Map<string, string>
  readonly calls: string[]
  /** Names of pins are forgotten, as Kubo did before 0.26. */
  forgetsNames: boolean
  /** Calls that are answered by nothing. */
  readonly silent: Set<string>
  /** Calls that are answered with an error. */
  readonly failing: Set<string>
  stop(): Promise<void>
}

type Query = URLSearchParams
type Call = (query: Query, request: IncomingMessage, response: ServerResponse) => Promise<void>

class RpcError extends Error {}
const forEver = () => new Promise<never>(() => undefined)

export async function startFakeKubo(): Promise<FakeKubo> {
  const blocks: FakeKubo['blocks'] = new Map()
  const pins: FakeKubo['pins'] = new Map()
  const calls: string[] = []
  const [silent, failing] = [new Set<string>(), new Set<string>()]

  const storage = (query: Query) => ({
    async *get(cid: CID) {
      const block = blocks.get(keyOf(cid))
      if (block === undefined) {
        if (query.get('offline') !== 'true') await forEver()
        throw new RpcError(`block was not found locally (offline): ipld: could not find ${cid.toString()}`)
      }
      yield await Promise.resolve(block)
    },
    put(cid: CID, block: Uint8Array) {
      blocks.set(keyOf(cid), block)
      return Promise.resolve(cid)
    },
  })
  async function* tree(root: CID, query: Query): AsyncGenerator<CID> {
    yield root
    const entry = await exporter(root, storage(query))
    if (entry.type !== 'file') return
    for (const { Hash } of entry.node.Links) yield* tree(Hash, query)
  }
  async function pinned(): Promise<Map<string, string>> {
    const all = new Map<string, string>()
    for (const root of pins.keys()) {
      for await (const cid of tree(CID.parse(root), new URLSearchParams('offline=true'))) {
        all.set(keyOf(cid), cid.toString() === root ? 'recursive' : `indirect ${root}`)
      }
    }
    return all
  }
  const pinOf = (root: string) => ({
    Cid: root,
    Type: 'recursive',
    Name: server.forgetsNames ? '' : pins.get(root),
  })

  const COMMANDS: Readonly<Record<string, Call>> = {
    async add(query, request, response) {
      const version = Number(query.get('cid-version') ?? 0) as 0 | 1
      const chunkSize = Number(/^size-(\d+)$/.exec(query.get('chunker') ?? 'size-262144')?.[1])
      const { cid, size } = await importByteStream(onlyPart(request), storage(query), {
        cidVersion: version,
        rawLeaves: (query.get('raw-leaves') ?? String(version === 1)) === 'true',
        reduceSingleLeafToSelf: true,
        chunker: fixedSize({ chunkSize }),
        layout: balanced({ maxChildrenPerNode: Number(query.get('max-file-links') ?? 174) }),
      })
      if (query.get('pin') !== 'false') pins.set(cid.toString(), '')
      line(response, { Name: cid.toString(), Hash: cid.toString(), Size: String(size) })
    },
    async cat(query, _request, response) {
      const entry = await exporter(CID.parse(argument(query)), storage(query))
      if (entry.type !== 'file' && entry.type !== 'raw') throw new RpcError('this dag node is a directory')
      const size = Number(entry.size)
      const offset = Math.min(Number(query.get('offset') ?? 0), size)
      const length = Math.min(Number(query.get('length') ?? size), size - offset)
      response.setHeader('content-type', 'text/plain')
      response.flushHeaders()
      if (length > 0) for await (const piece of entry.content({ offset, length })) response.write(piece)
    },
    async refs(query, _request, response) {
      for await (const cid of tree(CID.parse(argument(query)), query)) {
        if (cid.toString() !== argument(query)) line(response, { Ref: cid.toString(), Err: '' })
      }
    },
    async 'pin/add'(query, _request, response) {
      const root = argument(query)
      // eslint-disable-next-line @typescript-eslint/no-unused-vars -- each is waited for until it is there
      for await (const cid of tree(CID.parse(root), query)) for await (const _ of storage(query).get(cid));
      pins.set(root, query.get('name') ?? '')
      line(response, { Pins: [root] })
    },
    'pin/rm'(query, _request, response) {
      const root = argument(query)
      if (!pins.delete(root)) throw new RpcError('not pinned or pinned indirectly')
      line(response, { Pins: [root] })
      return Promise.resolve()
    },
    'pin/ls'(query, _request, response) {
      const asked = query.getAll('arg')
      for (const root of asked) if (!pins.has(root)) throw new RpcError(`path '${root}' is not pinned`)
      const part = query.get('name') ?? ''
      for (const root of asked.length > 0 ? asked : pins.keys()) {
        const pin = pinOf(root)
        const { Name, ...nameless } = pin
        if ((Name ?? '').includes(part)) line(response, query.get('names') === 'true' ? pin : nameless)
      }
      return Promise.resolve()
    },
    async 'block/rm'(query, _request, response) {
      const held = await pinned()
      for (const id of query.getAll('arg')) {
        const key = keyOf(CID.parse(id))
        const pin = held.get(key)
        if (pin !== undefined) line(response, { Hash: id, Error: `pinned: ${pin}` })
        else if (blocks.delete(key)) line(response, { Hash: id })
        else if (query.get('force') !== 'true') line(response, { Hash: id, Error: `could not find ${id}` })
      }
    },
  }

  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://kubo')
    const name = pathname.replace('/api/v0/', '')
    calls.push(name)
    const fail = (status: number, message: string) => {
      if (response.headersSent) response.destroy()
      else
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify({ Message: message, Code: 0, Type: 'error' }))
    }
    const command = COMMANDS[name]
    if (request.method !== 'POST') fail(405, 'method not allowed')
    else if (command === undefined) fail(404, 'no such command')
    else if (failing.has(name)) fail(500, 'out of order')
    else if (!silent.has(name)) {
      Promise.resolve()
        .then(() => command(searchParams, request, response))
        .then(
          () => response.end(),
          (error: unknown) => {
            fail(500, error instanceof Error ? error.message : 'unknown')
          },
        )
    }
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const server: FakeKubo = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    blocks,
    pins,
    calls,
    silent,
    failing,
    forgetsNames: false,
    async stop() {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
  return server
}

/** Blocks are kept by their hash, whatever their codec. */
const keyOf = (cid: CID) => Buffer.from(cid.multihash.bytes).toString('hex')
const argument = (query: Query) => query.get('arg') ?? ''

function line(response: ServerResponse, value: object): void {
  if (!response.headersSent) response.setHeader('content-type', 'application/json')
  response.write(`${JSON.stringify(value)}\n`)
}

/** The content of a multipart body with one part. */
async function* onlyPart(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1] ?? ''
  const pieces: Uint8Array[] = []
  for await (const piece of request) pieces.push(piece as Uint8Array)
  const body = Buffer.concat(pieces)
  const start = body.indexOf('\r\n\r\n') + 4
  const end = body.lastIndexOf(`\r\n--${boundary}--`)
  if (boundary === '' || start < 4 || end < start) throw new RpcError('malformed multipart body')
  yield body.subarray(start, end)
}
