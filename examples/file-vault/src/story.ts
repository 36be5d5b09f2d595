import { randomBytes } from 'node:crypto'
import type { Service } from './service.js'
import { PASSWORD } from './users.js'
import { said, same, signIn } from './visitors.js'

/** Tells what happened, and what should have. */
export type Tell = (line: string, actual: string, expected: string) => void

const SECRET = 'The plan for next year, which nobody may know. '

/** Plays what people do with the service, over HTTP. */
export async function playStory({ origin, vault, blobs, catalog }: Service, tell: Tell): Promise<void> {
  const plan = Buffer.concat([Buffer.from(SECRET.repeat(20_000)), randomBytes(1000)])

  const post = (body: object) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const alice = await signIn(origin, 'alice', PASSWORD)
  const bob = await signIn(origin, 'bob', PASSWORD)
  const carol = await signIn(origin, 'carol', PASSWORD)
  const stored = await alice('/files', { method: 'POST', headers: { 'file-name': 'plan.txt' }, body: plan })
  const { id } = (await stored.clone().json()) as { id: string }
  tell('Alice stores a file', await said(stored), '201')
  tell('She gets back', await same(await alice(`/files/${id}`), plan), 'the same bytes')
  const part = await alice(`/files/${id}`, { headers: { range: 'bytes=500000-500099' } })
  tell(
    'She gets a hundred bytes of the middle',
    await same(part, plan.subarray(500_000, 500_100)),
    'the same bytes',
  )

  const record = await catalog.find(id)
  const pieces: Uint8Array[] = []
  for await (const piece of blobs.read(record?.content ?? '', { start: 0, end: 2_000_000 }))
    pieces.push(piece)
  const kept = Buffer.concat(pieces)
  tell('The storage has the words of it', String(kept.includes('next year')), 'false')
  tell('The storage calls it by a content id', String(/^bafy/.test(record?.content ?? '')), 'true')

  tell('Bob asks for it', await said(await bob(`/files/${id}`)), '403 policy_refused')
  tell(
    'Somebody without a token does',
    await said(await fetch(`${origin}/files/${id}`)),
    '401 credentials_missing',
  )
  const refusedShare = await bob(`/api/files/${id}/grants`, post({ person: 'bob', seconds: 60 }))
  tell('Bob shares it with himself', await said(refusedShare), '403 policy_refused')

  const shared = await alice(`/api/files/${id}/grants`, post({ person: 'bob', seconds: 60 }))
  const { id: grantId } = (await shared.clone().json()) as { id: string }
  tell('Alice shares it with him for a minute', await said(shared), '201')
  const [received] = (await (await bob('/api/inbox')).json()) as { grant: string }[]
  const byGrant = { authorization: `Bearer ${received?.grant ?? ''}` }
  tell(
    'Bob reads it by his grant',
    await same(await fetch(`${origin}/shared`, { headers: byGrant }), plan),
    'the same bytes',
  )
  const asUser = await fetch(`${origin}/api/files`, { headers: byGrant })
  tell('The grant does not stand for him', await said(asUser), '401 token_invalid')
  const inUrl = await fetch(`${origin}/shared?grant=${received?.grant ?? ''}`)
  tell('Nor is it taken from a URL', await said(inUrl), '400 grant_not_a_link')
  const stolen = await carol(`/files/${id}`, { headers: { 'file-grant': received?.grant ?? '' } })
  tell('Carol has got hold of it', await said(stolen), '403 grant_subject_mismatch')

  const revoked = await alice(`/api/files/${id}/grants/${grantId}`, { method: 'DELETE' })
  tell('Alice revokes it', await said(revoked), '204')
  tell(
    'Bob tries again',
    await said(await fetch(`${origin}/shared`, { headers: byGrant })),
    '403 grant_unknown',
  )

  const permitted = await alice(`/api/files/${id}/roles`, post({ role: 'clerk', seconds: 60 }))
  tell('Alice lets all clerks read it', await said(permitted), '204')
  tell('Bob, who is a clerk, needs no grant', await same(await bob(`/files/${id}`), plan), 'the same bytes')
  tell('Carol, who is none', await said(await carol(`/files/${id}`)), '403 policy_refused')

  tell(
    'Bob destroys it',
    await said(await bob(`/api/files/${id}`, { method: 'DELETE' })),
    '403 policy_refused',
  )
  tell('Alice destroys it', await said(await alice(`/api/files/${id}`, { method: 'DELETE' })), '204')
  tell('She asks for it', await said(await alice(`/files/${id}`)), '404 file_unknown')
  // What somebody fetched from a public network stays there for ever; its key does not.
  async function* copy() {
    yield await Promise.resolve(kept)
  }
  const again = await blobs.put(copy())
  tell('Somebody had copied the ciphertext, and brings it back', String(again === record?.content), 'true')
  tell('She asks again', await said(await alice(`/files/${id}`)), '404 file_unknown')
  tell(
    'Left after clearing up',
    String((await catalog.list({ limit: 9 })).length + (await vault.sweep({ olderThan: 0 }))),
    '1',
  )
}
