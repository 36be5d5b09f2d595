import { setTimeout as sleep } from 'node:timers/promises'
import { REFRESH_COOKIE, SHARED_ACCESS_COOKIE } from '@portcullis/session'
import { PlainBrowser, type Answer } from './plain-browser.js'
import { SERVICE_NAMES, SERVICES } from './places.js'
import { PASSWORDS } from './users.js'
import type { System } from './system.js'

/** One step: what happened, and what should have. */
export type Tell = (what: string, happened: string, expected: string) => void

const codeOf = ({ status, body }: Answer): string => {
  const code = /"code":"(\w+)"/.exec(body)?.[1]
  return code === undefined ? String(status) : `${status} ${code}`
}
const titleOf = ({ body }: Answer) => /<title>([^<]+) - /.exec(body)?.[1] ?? 'no page'

/**
 * The story without a browser: what browsers send, and what they do with the answers.
 *
 * @param lifetime seconds that an access token lives, for which the story waits
 * @param grace seconds in which tabs may renew at once, for which it waits as well
 */
export async function playStory(
  { places }: System,
  { lifetime, grace }: { readonly lifetime: number; readonly grace: number },
  tell: Tell,
): Promise<void> {
  const { id, services } = places
  const session = `${id}/session`
  const alice = new PlainBrowser()
  const signIn = (browser: PlainBrowser, name: string, from = id, returnTo = `${services.shop}/`) =>
    browser.open(`${id}/sign-in`, {
      method: 'POST',
      from,
      form: { name, password: PASSWORDS[name] ?? '', return_to: returnTo },
    })
  const order = (from: string = services.shop) =>
    alice.ask(`${services.shop}/orders`, { method: 'POST', from, script: true })
  const renew = (browser = alice) =>
    browser.ask(session, { method: 'POST', from: services.shop, script: true })

  tell(
    'Who is not signed in and opens the shop sees',
    titleOf(await alice.open(`${services.shop}/`)),
    'Sign in',
  )
  tell('A wrong password', codeOf(await signIn(alice, 'nobody')), '401')
  tell(
    'A form of another site signs nobody in',
    codeOf(await signIn(alice, 'alice', 'http://evil.example')),
    '403 cross_site_request_refused',
  )
  tell('Alice signs in, and sees', titleOf(await signIn(alice, 'alice')), 'Shop')
  tell('Nobody is sent elsewhere', titleOf(await signIn(alice, 'alice', id, 'https://evil.example/')), 'Shop')
  for (const name of SERVICE_NAMES) {
    const page = await alice.open(`${services[name]}/`)
    tell('Without another sign-in she opens', titleOf(page), SERVICES[name].title)
    const [allowed, forbidden] = SERVICES[name].actions
    for (const [{ label, method, path }, expected] of [
      [allowed, '200'],
      [forbidden, '403 role_insufficient'],
    ] as const) {
      const answer = await alice.ask(services[name] + path, { method, from: services[name], script: true })
      tell(label, codeOf(answer), expected)
    }
  }
  const all = await alice.jar.serialize()
  const unsafe = all.cookies.filter((each) => each.httpOnly !== true || each.secure !== true)
  tell('Cookies that a script could read', String(unsafe.length), '0')
  tell('A form of another site orders', codeOf(await order('http://evil.example')), '401 credentials_missing')
  tell(
    'A page of an untrusted sibling orders',
    codeOf(await order(services.reports)),
    '403 cross_site_request_refused',
  )

  while ((await alice.cookie(services.shop, SHARED_ACCESS_COOKIE)) !== undefined) await sleep(50)
  tell(`After ${lifetime} s the access token is gone`, codeOf(await order()), '401 credentials_missing')
  tell('It is renewed', codeOf(await renew()), '200')
  tell('and nothing is lost', codeOf(await order()), '200')
  while ((await alice.cookie(services.shop, SHARED_ACCESS_COOKIE)) !== undefined) await sleep(50)
  tell(
    'A page that is opened then is renewed on the way',
    titleOf(await alice.open(`${services.shop}/`)),
    'Shop',
  )

  const stolen = new PlainBrowser(await alice.jar.clone())
  const tabs = await Promise.all(
    [new PlainBrowser(await alice.jar.clone()), new PlainBrowser(await alice.jar.clone())].map(
      async (tab) => {
        await renew(tab)
        return tab.cookie(session, REFRESH_COOKIE)
      },
    ),
  )
  tell('Two tabs renew at once, and get', tabs[0] === tabs[1] ? 'the same' : 'different tokens', 'the same')
  await renew()
  await sleep(grace * 1000 + 50)
  tell('A thief uses a refresh token later', codeOf(await renew(stolen)), '401 session_ended')
  tell('The session has ended everywhere', codeOf(await order()), '401 token_revoked')
  tell('Alice is asked who she is', titleOf(await alice.open(`${services.shop}/`)), 'Sign in')

  await signIn(alice, 'alice')
  const otherTab = new PlainBrowser(await alice.jar.clone())
  const goodbye = await alice.ask(`${session}/sign-out`, { method: 'POST', from: services.reports })
  tell(
    'She signs out',
    `${goodbye.status} ${String(goodbye.headers['clear-site-data'])}`,
    '303 "cache", "cookies", "storage"',
  )
  tell(
    'Her other tab',
    codeOf(await otherTab.ask(`${services.dashboard}/me`, { from: services.dashboard, script: true })),
    '401 token_revoked',
  )
  tell('It cannot renew', codeOf(await renew(otherTab)), '401 session_ended')
  tell('A page that she has seen is', titleOf(await alice.open(`${services.shop}/`)), 'Sign in')

  await signIn(alice, 'bob')
  const asBob = await alice.ask(`${services.shop}/orders`, {
    method: 'DELETE',
    from: services.shop,
    script: true,
  })
  tell('Bob, an administrator, deletes all orders', codeOf(asBob), '200')
}
