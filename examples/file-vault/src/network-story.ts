import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Network } from './network.js'
import type { Service } from './service.js'
import type { Tell } from './story.js'
import { PASSWORD } from './users.js'
import { said, same, signIn } from './visitors.js'

const SECRET = 'What we found, before anybody else has. '

/** All that a node has written to its disk. */
function diskOf(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))))
}

/** Plays what becomes of a file on two storage nodes, one of which is stopped. */
export async function playNetworkStory(
  { origin, catalog }: Service,
  { nodes, ownBlocks, forget }: Network,
  tell: Tell,
): Promise<void> {
  const notes = Buffer.concat([Buffer.from(SECRET.repeat(20_000)), randomBytes(1000)])
  const alice = await signIn(origin, 'alice', PASSWORD)
  const store = () => alice('/files', { method: 'POST', headers: { 'file-name': 'notes.txt' }, body: notes })
  await forget()

  const stored = await store()
  const { id } = (await stored.clone().json()) as { id: string }
  tell('Alice stores a file on the network', await said(stored), '201')
  const record = await catalog.find(id)
  const holding = await Promise.all(
    nodes.map(async (node) => (await node.list()).some(({ name }) => name === record?.content)),
  )
  tell('Storage nodes that keep it', String(holding.filter(Boolean).length), '2')
  tell('Blocks that the service keeps itself', String(await ownBlocks()), '0')
  const disks = nodes.map(({ folder }) => diskOf(folder))
  const large = disks.filter((disk) => disk.length >= notes.length)
  tell('Storage nodes with as many bytes on their disks', String(large.length), '2')
  const knowing = disks.filter((disk) => disk.includes('anybody else') || disk.includes('notes.txt'))
  tell('Storage nodes with a word or the name of it', String(knowing.length), '0')

  await nodes[0]?.stop()
  tell(
    'One of them is stopped, and Alice gets back',
    await same(await alice(`/files/${id}`), notes),
    'the same bytes',
  )
  const part = await alice(`/files/${id}`, { headers: { range: 'bytes=600000-600099' } })
  tell('She gets a hundred bytes of it', await same(part, notes.subarray(600_000, 600_100)), 'the same bytes')
  tell('She stores another one, which needs both', await said(await store()), '503 storage_unavailable')
  tell('She destroys it', await said(await alice(`/api/files/${id}`, { method: 'DELETE' })), '204')
  tell('She asks for it', await said(await alice(`/files/${id}`)), '404 file_unknown')
  const left = await nodes[1]?.list()
  tell('Contents that the other one keeps', String(left?.length), '0')
}
