import { request as send } from 'node:http'
import { text } from 'node:stream/consumers'
import { Cookie, CookieJar } from 'tough-cookie'
import { DOMAIN } from './places.js'

export interface Answer {
  readonly status: number
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

export interface Visit {
  readonly method?: string
  readonly form?: Readonly<Record<string, string>>
  /** The origin of the page that asks; default the address bar. */
  readonly from?: string
  /** Whether a script asks, and not a page that is opened. */
  readonly script?: boolean
}

/** What a browser does about cookies, Fetch Metadata and redirects, and nothing else. */
export class PlainBrowser {
  readonly jar: CookieJar

  constructor(jar = new CookieJar()) {
    this.jar = jar
  }

  /** A request that is not followed anywhere. */
  async ask(url: string, { method = 'GET', form, from, script = false }: Visit = {}): Promise<Answer> {
    const target = new URL(url)
    const site = siteOf(target, from)
    const body = form === undefined ? '' : new URLSearchParams(form).toString()
    const cookies = await this.jar.getCookies(asHttps(target), {
      sameSiteContext: site === 'cross-site' ? (method === 'GET' && !script ? 'lax' : 'none') : 'strict',
    })
    const asked = send({
      // Names below `localhost` are this machine, which not every resolver knows.
      host: '127.0.0.1',
      port: target.port,
      path: target.pathname + target.search,
      method,
      agent: false,
      headers: {
        Host: target.host,
        Accept: script ? '*/*' : 'text/html',
        'Sec-Fetch-Site': site,
        'Sec-Fetch-Mode': script ? 'cors' : 'navigate',
        ...(from === undefined || method === 'GET' ? {} : { Origin: from }),
        ...(cookies.length === 0 ? {} : { Cookie: cookies.map((each) => each.cookieString()).join('; ') }),
        ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
        'Content-Length': Buffer.byteLength(body),
      },
    })
    return new Promise((resolve, reject) => {
      asked.once('error', reject).once('response', (response) => {
        const { statusCode: status = 0, headers } = response
        const kept = (headers['set-cookie'] ?? []).map((line) => this.#keep(line, target))
        Promise.all([text(response), ...kept])
          .then(([body]) => {
            resolve({ status, url, headers, body })
          })
          .catch(reject)
      })
      asked.end(body)
    })
  }

  /** Opens a page, or sends a form, and goes where the answer says. */
  async open(url: string, visit: Visit = {}): Promise<Answer> {
    let answer = await this.ask(url, visit)
    for (let hops = 0; hops < 10 && answer.status === 303; hops++) {
      const next = new URL(String(answer.headers['location']), answer.url).href
      answer = await this.ask(next, visit.from === undefined ? {} : { from: visit.from })
    }
    return answer
  }

  /** The library counts `Max-Age` from the last use of a cookie, and browsers from when they got it. */
  async #keep(line: string, target: URL): Promise<void> {
    const cookie = Cookie.parse(line)
    if (cookie === undefined) throw new Error('A Set-Cookie header is malformed')
    if (typeof cookie.maxAge === 'number') {
      cookie.expires = new Date(Date.now() + cookie.maxAge * 1000)
      cookie.maxAge = null
    }
    await this.jar.setCookie(cookie, asHttps(target))
  }

  /** The value of a cookie that is sent to an address. */
  async cookie(url: string, name: string): Promise<string | undefined> {
    const cookies = await this.jar.getCookies(asHttps(new URL(url)))
    return cookies.find(({ key }) => key === name)?.value
  }
}

/** Browsers take Secure cookies on localhost without TLS; the library goes by the scheme. */
const asHttps = (url: URL) => `https://${url.hostname}${url.pathname}`

function siteOf(target: URL, from: string | undefined): string {
  if (from === undefined) return 'none'
  if (from === target.origin) return 'same-origin'
  return new URL(from).hostname.endsWith(`.${DOMAIN}`) ? 'same-site' : 'cross-site'
}
