import { comparison, figure, ratio, table } from '../measuring/table.mjs'
import { measureAgain } from './again.mjs'
import { measureCold } from './cold.mjs'
import { measureRefused } from './refused.mjs'

const BARE = 'bare node:crypto'

/** What one token costs, without a server around it. */
export async function measure(pace, progress) {
  return {
    cold: await measureCold(pace, progress),
    again: await measureAgain(pace, progress),
    refused: await measureRefused(pace, progress),
  }
}

export function print({ cold, again, refused }) {
  return [
    comparison('cold, one after another: µs a token', cold.oneAfterAnother, 'elapsed', BARE),
    comparison('the same: µs of CPU time, all threads', cold.oneAfterAnother, 'cpu', BARE),
    comparison('cold, 64 in flight: µs a token', cold.inFlight, 'elapsed', BARE),
    comparison('the same: µs of CPU time, all threads', cold.inFlight, 'cpu', BARE),
    comparison('again, so many different tokens: µs a token', again, 'elapsed', 'portcullis'),
    comparison('the same: µs of CPU time, all threads', again, 'cpu', 'portcullis'),
    ...Object.entries(refused).map(([algorithm, kinds]) => refusals(algorithm, kinds)),
  ].join('\n\n')
}

function refusals(algorithm, kinds) {
  const names = [...new Set(Object.values(kinds).flatMap((kind) => Object.keys(kind)))]
  return table(
    [`refused, ${algorithm}: µs of CPU time, and to an acceptance`, ...names.flatMap((name) => [name, ''])],
    Object.entries(kinds).map(([kind, contenders]) => [
      kind,
      ...names.flatMap((name) => {
        const { refused, accepted } = contenders[name] ?? {}
        return [figure(refused?.cpu), ratio(refused?.cpu / accepted?.cpu)]
      }),
    ]),
  )
}
