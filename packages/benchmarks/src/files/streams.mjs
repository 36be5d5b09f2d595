import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ipfsDirectoryStore } from '@portcullis/files/ipfs'
import { interleave } from '../measuring/rounds.mjs'
import { shareOf } from '../measuring/pace.mjs'
import { lengthOf, makeVault, piecesOf } from './vault.mjs'

const MEBIBYTE = 2 ** 20

/** Megabytes a second. */
async function rate(bytes, action) {
  const started = performance.now()
  await action()
  return { perSecond: bytes / 1000 / (performance.now() - started) }
}

/** One pass of AES-256-GCM over a stream, whose output goes nowhere: what nobody can be faster than. */
async function bare(content, tag, key, nonce) {
  const cipher =
    tag === undefined
      ? createCipheriv('aes-256-gcm', key, nonce)
      : createDecipheriv('aes-256-gcm', key, nonce)
  if (tag !== undefined) cipher.setAuthTag(tag)
  const pieces = []
  for await (const piece of piecesOf(content)) pieces.push(cipher.update(piece))
  cipher.final()
  return { text: Buffer.concat(pieces), tag: tag ?? cipher.getAuthTag() }
}

/** Keeps what it is given as it came, so that the same is measured on both sides. */
function keepingStore() {
  let kept = []
  return {
    async put(bytes) {
      const pieces = []
      for await (const piece of bytes) pieces.push(piece)
      const name = String(kept.push(Buffer.concat(pieces)) - 1)
      return name
    },
    async *read(name, { start, end }) {
      yield* piecesOf(kept[Number(name)].subarray(start, end))
    },
    async remove(name) {
      kept[Number(name)] = Buffer.alloc(0)
    },
  }
}

export async function measureStreams(pace, progress) {
  progress('encrypting and decrypting')
  const content = randomBytes(shareOf(64 * MEBIBYTE, pace, MEBIBYTE))
  const [key, nonce] = [randomBytes(32), randomBytes(12)]
  const { text, tag } = await bare(content, undefined, key, nonce)
  const { vault, put, grantTo } = await makeVault(keepingStore())
  const { id } = await put(piecesOf(content))
  const grant = await grantTo(id)
  const bytes = content.length
  const contenders = {
    encrypting: {
      'bare node:crypto': () => rate(bytes, () => bare(content, undefined, key, nonce)),
      portcullis: async () => {
        let stored
        const measured = await rate(bytes, async () => {
          stored = await put(piecesOf(content))
        })
        await vault.destroy(stored.id)
        return measured
      },
    },
    decrypting: {
      'bare node:crypto': () => rate(bytes, () => bare(text, tag, key, nonce)),
      portcullis: () =>
        rate(bytes, async () => {
          const pieces = []
          for await (const piece of (await vault.open(grant)).stream) pieces.push(piece)
          if (Buffer.concat(pieces).length !== bytes) throw new Error('The file is not whole')
        }),
    },
  }
  return {
    encrypting: await interleave(contenders.encrypting, pace),
    decrypting: await interleave(contenders.decrypting, pace),
  }
}

/** The same bytes into the IPFS store and into a file that is flushed. */
export async function measureStores(pace, progress) {
  progress('storing on disk')
  const content = randomBytes(shareOf(64 * MEBIBYTE, pace, MEBIBYTE))
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'))
  const store = ipfsDirectoryStore({ path: join(folder, 'blocks') })
  const file = join(folder, 'plain')
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
        'IPFS blocks': async () => {
          let name
          const measured = await rate(content.length, async () => {
            name = await store.put(piecesOf(content))
          })
          if ((await lengthOf(store.read(name, { start: 0, end: 1000 }))) !== 1000)
            throw new Error('Not stored')
          await store.remove(name)
          return measured
        },
      },
      pace,
    )
    return { stored }
  } finally {
    await rm(folder, { recursive: true })
  }
}
