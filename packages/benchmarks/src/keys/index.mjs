import { createVerifier, remoteJwks } from '@portcullis/core'
import { createTestIssuer, startJwksServer } from '@portcullis/testing'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { JwksClient } from 'jwks-rsa'
import { shareOf } from '../measuring/pace.mjs'
import { interleave, median } from '../measuring/rounds.mjs'
import { fresh } from '../measuring/samples.mjs'
import { figure, ratio, table } from '../measuring/table.mjs'

const ENDPOINT_DELAY = 500
const FIRST_REQUESTS = 1000
const UNKNOWN_IDS = 10_000
/** Unknown ids between two valid tokens of the flood. */
const UNKNOWN_PER_VALID = 10

/** Who fetches keys; aws-jwt-verify fetches by https only, and so not from loopback. */
const CONTENDERS = {
  portcullis: (issuer, jwksUri) => {
    const keys = remoteJwks(jwksUri)
    const verify = createVerifier({ issuer: issuer.url, audience: issuer.audience, keys, cacheSize: 0 })
    return { verify, close: () => keys.close() }
  },
  jose: (issuer, jwksUri) => {
    const keys = createRemoteJWKSet(new URL(jwksUri))
    const options = { issuer: issuer.url, audience: issuer.audience }
    return { verify: (token) => jwtVerify(token, keys, options), close: () => undefined }
  },
  'jwks-rsa with jsonwebtoken': (issuer, jwksUri) => {
    const client = new JwksClient({ jwksUri })
    const options = { issuer: issuer.url, audience: issuer.audience, algorithms: ['RS256'] }
    const verify = async (token) => {
      const { header } = jsonwebtoken.decode(token, { complete: true })
      const key = await client.getSigningKey(header.kid)
      return jsonwebtoken.verify(token, key.getPublicKey(), options)
    }
    return { verify, close: () => undefined }
  },
}

/** Keys from an endpoint that is slow, and under a flood of key ids that nobody knows. */
export async function measure(pace, progress) {
  const issuer = await createTestIssuer()
  const server = await startJwksServer(issuer)
  try {
    progress('cold start')
    const coldStart = await each(pace, (create) => firstRequests(create, issuer, server, pace))
    progress('flood of unknown ids')
    const unknown = Array.from({ length: shareOf(UNKNOWN_IDS, pace, 20) }, (_, id) =>
      issuer.token({ header: { kid: `unknown-${id}` } }),
    )
    const flood = await each(pace, (create) => underFlood(create, issuer, server, unknown, pace))
    return { coldStart, flood }
  } finally {
    await server.close()
  }
}

function each(pace, sample) {
  const contenders = Object.entries(CONTENDERS).map(([name, create]) => [name, () => sample(create)])
  return interleave(Object.fromEntries(contenders), { rounds: Math.min(pace.rounds, 3), warmUp: 0 })
}

async function firstRequests(create, issuer, server, pace) {
  const { verify, close } = create(issuer, server.jwksUri)
  const tokens = Array.from({ length: shareOf(FIRST_REQUESTS, pace, 10) }, () => issuer.token())
  server.clearRequests()
  server.misbehave({ delay: ENDPOINT_DELAY })
  const started = performance.now()
  const answers = await Promise.allSettled(tokens.map((token) => verify(token)))
  const milliseconds = performance.now() - started
  server.recover()
  close()
  const failed = answers.filter(({ status }) => status === 'rejected').length
  return { requests: tokens.length, failed, fetches: server.count(), milliseconds }
}

async function underFlood(create, issuer, server, unknown, pace) {
  const { verify, close } = create(issuer, server.jwksUri)
  const valid = issuer.token()
  await verify(valid)
  const quiet = []
  for (let count = 0; count < shareOf(500, pace, 5); count++) quiet.push(await timed(verify, valid))

  server.clearRequests()
  const flooded = []
  const stray = []
  for (const [index, token] of unknown.entries()) {
    stray.push(verify(fresh(token)).catch(() => undefined))
    if (index % UNKNOWN_PER_VALID === 0) flooded.push(await timed(verify, valid))
  }
  await Promise.all(stray)
  close()
  return {
    unknown: unknown.length,
    fetches: server.count(),
    quietMicroseconds: median(quiet),
    floodedMicroseconds: median(flooded),
  }
}

async function timed(verify, token) {
  const item = fresh(token)
  const started = performance.now()
  await verify(item)
  return (performance.now() - started) * 1000
}

export function print({ coldStart, flood }) {
  const rowsOf = (part, cells) => Object.entries(part).map(([name, sample]) => [name, ...cells(sample)])
  return [
    table(
      [`first requests at once, endpoint ${ENDPOINT_DELAY} ms`, 'requests', 'failed', 'fetches', 'ms'],
      rowsOf(coldStart, ({ requests, failed, fetches, milliseconds }) => [
        requests,
        failed,
        fetches,
        figure(milliseconds),
      ]),
    ),
    table(
      ['flood of unknown key ids', 'ids', 'fetches', 'µs a valid token before', 'during', ''],
      rowsOf(flood, ({ unknown, fetches, quietMicroseconds, floodedMicroseconds }) => [
        unknown,
        fetches,
        figure(quietMicroseconds),
        figure(floodedMicroseconds),
        ratio(floodedMicroseconds / quietMicroseconds),
      ]),
    ),
  ].join('\n\n')
}
