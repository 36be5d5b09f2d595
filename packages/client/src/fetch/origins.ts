import { ConfigurationError } from '@portcullis/core'
import { ClientError } from '../client-error.js'
import { parseUrl } from '@portcullis/core/internal'
import { readTokenUrl } from '../options/token-url.js'

/** Where a token may go. */
export interface Origins {
  /** @throws ClientError `request_invalid` for no absolute URL, `origin_not_allowed` */
  require(url: string): URL
}

/** @throws ConfigurationError where no origin is given and the target of the source names none */
export function readOrigins(given: unknown, target: readonly string[], allowInsecureHttp: boolean): Origins {
  const origins = new Set(
    given === undefined ? ofTarget(target, allowInsecureHttp) : listed(given, allowInsecureHttp),
  )
  return {
    require(text) {
      const url = parseUrl(text)
      if (url === undefined) throw new ClientError('request_invalid', { detail: 'it has no absolute URL' })
      if (!origins.has(url.origin)) throw new ClientError('origin_not_allowed')
      if (url.username !== '' || url.password !== '') {
        throw new ClientError('request_invalid', { detail: 'its URL has a user name or password' })
      }
      return url
    },
  }
}

function listed(given: unknown, allowInsecureHttp: boolean): readonly string[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new ConfigurationError('origins', "expects a list: ['https://inventory.example.com']")
  }
  return given.map((each: unknown) => {
    const url = readTokenUrl(each, 'origins', allowInsecureHttp)
    if (url.pathname !== '/' || url.search !== '') {
      throw new ConfigurationError('origins', 'expects origins: scheme, host and port, without a path')
    }
    return url.origin
  })
}

/** An audience that is a URL says by itself where its tokens go. */
function ofTarget(target: readonly string[], allowInsecureHttp: boolean): readonly string[] {
  const urls = target.filter((each) => /^https?:/i.test(each) && parseUrl(each) !== undefined)
  if (urls.length > 0) return urls.map((each) => readTokenUrl(each, 'origins', allowInsecureHttp).origin)
  throw new ConfigurationError(
    'origins',
    'is needed where audience and resource are no URLs: the origins that the token may go to',
  )
}
