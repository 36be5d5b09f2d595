import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { optionalPart } from '../../../test/support/optional-part.ts'
import { stage } from './stage.ts'

const inChromium = optionalPart('chromium', 'apt-get install chromium') ? describe : describe.skip
const LIFETIME = 5
const QUIET = ['background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`)

inChromium('in a real browser', () => {
  let system: ChildProcess
  let browser: Browser
  let context: BrowserContext
  const at: Record<string, string> = {}

  beforeAll(async () => {
    system = spawn(process.execPath, [join(await stage('in-a-browser'), 'start.js'), String(LIFETIME)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface(system.stdout!)) {
      const [, name, url] = /^(\S+) +(http:\S+)$/.exec(line) ?? []
      if (name !== undefined && url !== undefined) at[name] = url
      if (line.startsWith('Sign in as')) break
    }
    const args = ['--no-sandbox', '--no-first-run', '--disable-quic', ...QUIET]
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    system.kill()
  })
  beforeEach(async () => {
    context = await browser.newContext()
  })
  afterEach(() => context.close())

  const who = (page: Page) => page.locator('#subject', { hasText: 'alice' }).waitFor()
  const result = (page: Page, text: string | RegExp) =>
    page.locator('output').filter({ hasText: text }).waitFor()
  const atSignIn = (page: Page) => page.waitForURL((url) => url.pathname === '/sign-in')
  const accessCookie = async () =>
    (await context.cookies()).find(({ name }) => name === '__Secure-access_token')

  /** With the keyboard alone. */
  async function signIn(): Promise<Page> {
    const page = await context.newPage()
    await page.goto(at['shop']!)
    await atSignIn(page)
    await page.locator('#name:focus').waitFor()
    await page.keyboard.type('alice')
    await page.keyboard.press('Tab')
    await page.keyboard.type('wonderland')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${at['shop']!}/`)
    await who(page)
    return page
  }

  test('people sign in once, use all three, and are refused what is forbidden', async () => {
    const page = await signIn()
    for (const [name, allowed, forbidden] of [
      ['shop', 'Order tea', 'Delete all orders'],
      ['dashboard', 'Add a note', 'Change the settings'],
      ['reports', 'Run a report', 'Close the year'],
    ] as const) {
      await page.goto(at[name]!)
      await who(page)
      expect(page.url()).toBe(`${at[name]!}/`)
      await page.getByText(allowed).press('Enter')
      await result(page, 'so far')
      await page.getByText(forbidden).press('Enter')
      await result(page, 'Refused: A required role is missing (403)')
    }
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(
      (await context.cookies()).map(({ name, domain, path, httpOnly, secure, sameSite }) => ({
        name,
        domain,
        path,
        httpOnly,
        secure,
        sameSite,
      })),
    ).toEqual(
      expect.arrayContaining([
        {
          name: '__Secure-access_token',
          domain: '.portcullis.localhost',
          path: '/',
          httpOnly: true,
          secure: true,
          sameSite: 'Lax',
        },
        {
          name: '__Secure-refresh_token',
          domain: 'id.portcullis.localhost',
          path: '/session',
          httpOnly: true,
          secure: true,
          sameSite: 'Lax',
        },
      ]),
    )
  })

  test('nothing fits badly on a phone', async () => {
    const page = await signIn()
    await page.setViewportSize({ width: 320, height: 640 })
    for (const name of ['shop', 'dashboard', 'reports', 'sign-in']) {
      await page.goto(at[name]!)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
    }
  })

  test('the access token expires while a page sleeps, and nothing is lost', async () => {
    const page = await signIn()
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 1000)
    await page.reload()
    await who(page)
    while ((await accessCookie()) !== undefined) await new Promise((resolve) => setTimeout(resolve, 50))
    await page.getByText('Order tea').click()
    await result(page, 'Tea is ordered')
    expect(await accessCookie()).toBeDefined()
  })

  test('two tabs renew at once, and both go on', async () => {
    const tabs = [await signIn(), await context.newPage()] as const
    await tabs[1].goto(at['shop']!)
    await who(tabs[1])
    const renew = (tab: Page) =>
      tab.evaluate(
        "fetch(document.body.dataset.refreshUrl, { method: 'POST', credentials: 'include' }).then((a) => a.status)",
      )
    expect(await Promise.all(tabs.map(renew))).toEqual([200, 200])
    for (const tab of tabs) {
      await tab.getByText('Order tea').click()
      await result(tab, 'Tea is ordered')
    }
  })

  test.each([
    ['another site', 'evil.localhost', 401],
    ['a sibling that is not trusted', 'evil.portcullis.localhost', 403],
  ])('a form of %s is refused', async (_, host, status) => {
    await signIn()
    const form = `<form method="post" action="${at['shop']!}/orders"><button>Win</button></form>`
    const evil = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end(form),
    )
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
    const page = await context.newPage()
    await page.goto(`http://${host}:${(evil.address() as AddressInfo).port}`)
    const answer = page.waitForResponse(`${at['shop']!}/orders`)
    await page.getByText('Win').click()
    expect((await answer).status()).toBe(status)
    evil.close().closeAllConnections()
  })

  test('signing out in one tab ends the others, and the back button shows nothing private', async () => {
    const first = await signIn()
    const second = await context.newPage()
    await second.goto(at['dashboard']!)
    await who(second)
    await first.getByText('Sign out', { exact: true }).press('Enter')
    await atSignIn(first)
    expect(await context.cookies()).toEqual([])
    await second.getByText('Add a note').click()
    await atSignIn(second)
    await first.goBack()
    await atSignIn(first)
    expect(await first.content()).not.toContain('Access renews')
  })
})
