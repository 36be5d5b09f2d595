import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { interleave } from '../measuring/rounds.mjs'
import { figure, ratio, table } from '../measuring/table.mjs'

const program = fileURLToPath(new URL('./loading-process.mjs', import.meta.url))
const ROUNDS = 5
const WAYS = ['import', 'require']

/** By what the service has loaded anyway: what a service of that kind imports, ours first. */
const SERVICES = {
  'no framework': {
    framework: [],
    contenders: [
      ['@portcullis/core'],
      ['jose'],
      ['jsonwebtoken'],
      ['jsonwebtoken', 'jwks-rsa'],
      ['fast-jwt'],
      ['aws-jwt-verify'],
      ['hono/jwt'],
    ],
  },
  Express: {
    framework: ['express'],
    contenders: [
      ['@portcullis/express'],
      ['express-oauth2-jwt-bearer'],
      ['express-jwt'],
      ['express-jwt', 'jwks-rsa'],
      ['passport', 'passport-jwt'],
    ],
  },
  Koa: {
    framework: ['koa'],
    contenders: [['@portcullis/koa'], ['koa-jwt'], ['koa-jwt', 'jwks-rsa']],
  },
  Nest: {
    framework: ['reflect-metadata', '@nestjs/common', '@nestjs/core', '@nestjs/platform-express'],
    contenders: [['@portcullis/nest'], ['@nestjs/jwt'], ['@nestjs/passport', 'passport', 'passport-jwt']],
  },
  Fastify: { framework: ['fastify'], contenders: [['@fastify/jwt']] },
}

/** What loading costs a service at its start, beside its framework: by framework, contender and way of loading. */
export async function measure(pace, progress) {
  const isTiny = pace.name === 'tiny'
  const results = {}
  for (const [service, { framework, contenders }] of Object.entries(SERVICES)) {
    progress(service)
    const samples = {}
    const sizes = {}
    for (const modules of isTiny ? contenders.slice(0, 1) : contenders) {
      for (const way of isTiny ? ['import'] : WAYS) {
        const name = `${modules.join(', ')} by ${way}`
        const size = await inNewProcess({ way, framework, modules, count: true })
        if (size === undefined && way === 'import') throw new Error(`${name} fails`)
        // Some ES modules cannot be required.
        if (size === undefined) continue
        const { files, kibibytes } = size
        sizes[name] = { modules: modules.join(', '), way, files, kibibytes }
        samples[name] = async () => {
          const { milliseconds } = isTiny
            ? size
            : await inNewProcess({ way, framework, modules, count: false })
          return { milliseconds }
        }
      }
    }
    const times = await interleave(samples, { rounds: Math.min(pace.rounds, ROUNDS), warmUp: 0 })
    results[service] = Object.entries(sizes).map(([name, size]) => ({ ...size, ...times[name] }))
  }
  return results
}

function inNewProcess(task) {
  return new Promise((resolve, reject) => {
    const child = fork(program, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    child.once('error', reject)
    child.once('message', resolve)
    child.once('exit', () => {
      // Too late for one that has sent its answer.
      resolve(undefined)
    })
  })
}

export function print(results) {
  return Object.entries(results)
    .map(([service, rows]) => {
      const [{ modules: first }] = rows
      const find = (modules, way) => rows.find((row) => row.modules === modules && row.way === way)
      const names = [...new Set(rows.map(({ modules }) => modules))]
      return table(
        [`beside ${service}`, ...WAYS.flatMap((way) => [`${way} ms`, '', 'modules', 'KiB'])],
        names.map((name) => [
          name,
          ...WAYS.flatMap((way) => {
            const { milliseconds, files, kibibytes } = find(name, way) ?? {}
            return [
              figure(milliseconds),
              ratio(milliseconds / find(first, way)?.milliseconds),
              files ?? '–',
              figure(kibibytes),
            ]
          }),
        ]),
      )
    })
    .join('\n\n')
}
