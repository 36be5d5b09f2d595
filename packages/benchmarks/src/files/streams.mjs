import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { heliaBlobStore } from '@portcullis/files/helia'
import { ipfsDirectoryStore } from '@portcullis/files/ipfs'
import { interleave } from '../measuring/rounds.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { lengthOf, makeVault, piecesOf } from './vault.mjs'

const MEBIBYTE = 2 ** 20
/** Where it is quick as well: a file must be long for its bytes to count, and not the opening of it. */
const LARGE = 64 * MEBIBYTE

/** Megabytes a second. */
async function rate(bytes, action) {
  const started = performance.now()
  await action()
  return { perSecond: bytes / 1000 / (performance.now() - started) }
}

/**
 * What nobody can be faster than: one cipher, without segments, to which a stream in memory is handed in pieces of
 * 64 KiB. Both sides iterate over the same pieces, and only count what comes out: to keep it would cost more than to
 * encrypt it, and make them look alike.
 */
async function bare(cipher, content) {
  let length = 0
  for await (const piece of piecesOf(content)) length += cipher.update(piece).length
  cipher.final()
  if (length !== content.length) throw new Error('The content is not whole')
}

/** Only counts what it is given. */
function countingStore() {
  let names = 0
  return {
    async put(bytes) {
      await lengthOf(bytes)
      return String(names++)
    },
    read() {
      throw new Error('Nothing was kept')
    },
    async remove() {},
  }
}

/** Keeps what it is given, and gives it back in the pieces that `bare` is given. */
function keepingStore() {
  const kept = []
  return {
    async put(bytes) {
      const pieces = []
      for await (const piece of bytes) pieces.push(piece)
      return String(kept.push(Buffer.concat(pieces)) - 1)
    },
    async *read(name, { start, end }) {
      yield* piecesOf(kept[Number(name)].subarray(start, end))
    },
    async remove() {},
  }
}

export async function measureStreams(pace, progress) {
  progress('encrypting and decrypting')
  const content = randomBytes(Math.min(LARGE, shareOf(10 * LARGE, pace, MEBIBYTE)))
  const bytes = content.length
  const [key, nonce] = [randomBytes(32), randomBytes(12)]
  const sealing = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([sealing.update(content), sealing.final()])
  const tag = sealing.getAuthTag()
  const writing = await makeVault(countingStore())
  const reading = await makeVault(keepingStore())
  const { id } = await reading.put(piecesOf(content))
  const grant = await reading.grantTo(id)
  const contenders = {
    encrypting: {
      'bare node:crypto': () => rate(bytes, () => bare(createCipheriv('aes-256-gcm', key, nonce), content)),
      portcullis: () => rate(bytes, () => writing.put(piecesOf(content))),
    },
    decrypting: {
      'bare node:crypto': () =>
        rate(bytes, () => bare(createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(tag), text)),
      portcullis: () =>
        rate(bytes, async () => {
          const { stream } = await reading.vault.open(grant)
          if ((await lengthOf(stream)) !== bytes) throw new Error('The file is not whole')
        }),
    },
  }
  // A service has long compiled what runs for each segment; a few files do not.
  const warmer = { ...pace, warmUp: 20 * pace.warmUp }
  return {
    encrypting: await interleave(contenders.encrypting, warmer),
    decrypting: await interleave(contenders.decrypting, warmer),
  }
}

/** A node without a network, with its blocks in a folder; it does not flush them. */
async function startHelia(folder) {
  // Node 20 has none, and Helia needs it.
  Promise.withResolvers ??= () => {
    const made = {}
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
    return made
  }
  const [{ createHeliaLight }, { FsBlockstore }, { FsDatastore }] = await Promise.all([
    import('helia'),
    import('blockstore-fs'),
    import('datastore-fs'),
  ])
  return createHeliaLight({
    blockstore: new FsBlockstore(join(folder, 'helia-blocks')),
    datastore: new FsDatastore(join(folder, 'helia-data')),
  }).start()
}

/** The same bytes into the stores of IPFS and into a file that is flushed. */
export async function measureStores(pace, progress) {
  progress('storing on disk')
  const content = randomBytes(shareOf(64 * MEBIBYTE, pace, MEBIBYTE))
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'))
  const helia = await startHelia(folder)
  const file = join(folder, 'plain')
  const intoStore = (store) => async () => {
    let name
    const measured = await rate(content.length, async () => {
      name = await store.put(piecesOf(content))
    })
    if ((await lengthOf(store.read(name, { start: 0, end: 1000 }))) !== 1000) throw new Error('Not stored')
    await store.remove(name)
    return measured
  }
  try {
    const stored = await interleave(
      {
        'plain file': async () => {
          const measured = await rate(content.length, () =>
            pipeline(piecesOf(content), createWriteStream(file, { flush: true })),
          )
          await rm(file)
          return measured
        },
        'IPFS blocks': intoStore(ipfsDirectoryStore({ path: join(folder, 'blocks') })),
        'Helia node, not flushed': intoStore(heliaBlobStore({ helia })),
      },
      pace,
    )
    return { stored }
  } finally {
    await helia.stop()
    await rm(folder, { recursive: true })
  }
}
