import { comparison, figure, ratio, table } from '../measuring/table.mjs'
import { measureClient } from './client.mjs'
import { measureEndpoint } from './endpoint.mjs'
import { measureSigning } from './signing.mjs'

const BARE = 'bare node:crypto'

/** What making tokens costs an issuer. */
export async function measure(pace, progress) {
  return {
    signing: await measureSigning(pace, progress),
    endpoint: await measureEndpoint(pace, progress),
    client: await measureClient(pace, progress),
  }
}

export function print({ signing, endpoint, client }) {
  return [
    comparison('signed, one after another: tokens/s', signing.oneAfterAnother, 'perSecond', BARE),
    comparison('the same: µs of CPU time a token, all threads', signing.oneAfterAnother, 'cpu', BARE),
    comparison('signed, 64 in flight: tokens/s', signing.inFlight, 'perSecond', BARE),
    comparison('the same: µs of CPU time a token, all threads', signing.inFlight, 'cpu', BARE),
    ...Object.entries(endpoint).map(([algorithm, contenders]) => endpointTable(algorithm, contenders)),
    clientTable(client),
  ].join('\n\n')
}

function endpointTable(algorithm, contenders) {
  const { bare } = contenders
  return table(
    [
      `token endpoint, client credentials, ${algorithm}`,
      'requests/s',
      'to bare',
      'p50 ms',
      'p99 ms',
      'CPU µs',
      'over bare',
    ],
    Object.entries(contenders).map(([name, { perSecond, p50, p99, processor }]) => [
      name,
      figure(perSecond),
      ratio(perSecond / bare.perSecond),
      figure(p50),
      figure(p99),
      figure(processor),
      name === 'bare' ? '–' : figure(processor - bare.processor),
    ]),
  )
}

function clientTable(contenders) {
  const bare = contenders['bare fetch']
  return table(
    ['a request with a warm token', 'µs', 'over bare', 'CPU µs', 'over bare'],
    Object.entries(contenders).map(([name, { elapsed, cpu }]) => [
      name,
      figure(elapsed),
      name === 'bare fetch' ? '–' : figure(elapsed - bare.elapsed),
      figure(cpu),
      name === 'bare fetch' ? '–' : figure(cpu - bare.cpu),
    ]),
  )
}
