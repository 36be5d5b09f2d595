import type { Outbox, Transport } from '@portcullis/sync'

/** The steps of a batch from one database to the other; either side can die after each. */
export const CRASH_POINTS = {
  sending: [
    'records are in the outbox',
    'a batch is cut, and not sent',
    'half of a batch is sent',
    'a batch is acknowledged, and not noted',
    'a batch is noted as acknowledged',
  ],
  receiving: [
    'half of a batch is applied',
    'a batch is applied, and not committed',
    'a batch is committed, and not acknowledged',
  ],
} as const

export type CrashPoint = (typeof CRASH_POINTS)['sending' | 'receiving'][number]

let next: CrashPoint | undefined

export function armCrash(point: CrashPoint): void {
  next = point
}

/** As `kill -9` would: nothing is tidied up. */
export function crashPoint(point: CrashPoint): void {
  if (point === next) process.kill(process.pid, 'SIGKILL')
}

export function crashingOutbox(outbox: Outbox): Outbox {
  return {
    ...outbox,
    async keep(receiver, progress) {
      if (progress.prepared === undefined) crashPoint('a batch is acknowledged, and not noted')
      const kept = await outbox.keep(receiver, progress)
      crashPoint(
        progress.prepared === undefined ? 'a batch is noted as acknowledged' : 'a batch is cut, and not sent',
      )
      return kept
    },
  }
}

export function crashingTransport(transport: Transport): Transport {
  return {
    ...transport,
    send: (kind, envelope, body, signal) =>
      transport.send(
        kind,
        envelope,
        body && {
          ...body,
          async *read() {
            for await (const chunk of body.read()) {
              yield chunk.subarray(0, chunk.byteLength >> 1)
              crashPoint('half of a batch is sent')
              yield chunk.subarray(chunk.byteLength >> 1)
            }
          },
        },
        signal,
      ),
  }
}
