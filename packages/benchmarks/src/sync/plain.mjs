import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { sql } from 'kysely'

const PAGE = 256

/** Applies what comes while it comes, in one transaction with a cursor. */
export async function plainHandler(database, write, encoding) {
  await sql`create table plain_cursor (sequence bigint)`.execute(database)
  await sql`insert into plain_cursor values (0)`.execute(database)
  return async (incoming, outgoing) => {
    const body = encoding === 'gzip' ? incoming.pipe(createGunzip()) : incoming
    await database.transaction().execute(async (transaction) => {
      let page = []
      let sequence = 0
      for await (const line of createInterface({ input: body, crlfDelay: Infinity })) {
        const record = JSON.parse(line)
        sequence = record.sequence
        page.push(record)
        if (page.length < PAGE) continue
        await write(transaction, page)
        page = []
      }
      if (page.length > 0) await write(transaction, page)
      await sql`update plain_cursor set sequence = ${sequence}`.execute(transaction)
    })
    outgoing.end('{}')
  }
}

export async function plainPush({ url, outbox, own, batch, encoding }) {
  await sql`create table if not exists plain_sent (sequence bigint)`.execute(own)
  await sql`insert into plain_sent values (0)`.execute(own)
  const agent = new Agent({ keepAlive: true })
  let after = 0
  for (;;) {
    const sent = { count: 0, last: after }
    const lines = Readable.from(linesOf(outbox.read(after), batch, sent))
    const outgoing = request(url, { method: 'POST', agent })
    const answered = once(outgoing, 'response')
    await (encoding === 'gzip' ? pipeline(lines, createGzip(), outgoing) : pipeline(lines, outgoing))
    const [response] = await answered
    response.resume()
    await once(response, 'end')
    if (sent.count === 0) break
    after = sent.last
    await sql`update plain_sent set sequence = ${after}`.execute(own)
  }
  agent.destroy()
}

async function* linesOf(records, { records: most }, sent) {
  for await (const { sequence, id, json } of records) {
    yield Buffer.from(`{"sequence":${sequence},"id":${JSON.stringify(id)},"data":${json}}\n`)
    sent.last = sequence
    if (++sent.count >= most) return
  }
}
