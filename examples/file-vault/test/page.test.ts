import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { optionalPart } from '../../../test/support/optional-part.ts'
import { stageExample } from '../../../test/support/stage-example.ts'
import { PASSWORD } from '../src/users.ts'

const inBrowser = optionalPart('chromium', 'apt-get install chromium') ? describe : describe.skip
const content = randomBytes(3_000_000)
/** Where to keep pictures of the page, to look at: `PORTCULLIS_SCREENSHOTS=folder npx jest examples/file-vault`. */
const pictures = process.env.PORTCULLIS_SCREENSHOTS

inBrowser('the page, in a browser', () => {
  let folder: string
  let service: ChildProcess
  let browser: Browser
  let origin: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portcullis-page-'))
    const programs = await stageExample(join(__dirname, '..'), 'page', ['core', 'issuer', 'express', 'files'])
    service = spawn(process.execPath, [join(programs, 'start.js'), join(folder, 'data')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(service.stdout!, 'data')) as [Buffer]
    origin = line.toString().split(' ')[0]!
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    })
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    service.kill()
    await once(service, 'close')
    rmSync(folder, { recursive: true })
  })

  /** A page of its own for each person, whose questions are answered from a list. */
  async function pageOf(user: string, answers: string[] = []): Promise<Page> {
    const page = await (await browser.newContext()).newPage()
    page.on('dialog', (dialog) => void dialog.accept(answers.shift() ?? ''))
    await page.goto(origin)
    await page.selectOption('select', user)
    await page.fill('input[type=password]', PASSWORD)
    await page.click('text=Sign in')
    await page.waitForSelector('main:not([hidden])')
    return page
  }
  test('somebody is signed in by his password, stays it when the page is loaded again, and signs out', async () => {
    const page = await pageOf('carol')
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.reload()
    await page.waitForSelector('main:not([hidden])')
    await page.click('text=Sign out')
    await page.waitForSelector('#sign-in:not([hidden])')
    await page.fill('input[type=password]', 'a guess')
    await page.click('#sign-in button')
    await page.waitForSelector('text=Name or password is wrong')
    expect(await page.isVisible('main')).toBe(false)
  }, 60_000)

  const picture = async (page: Page, name: string) => {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) })
  }
  const downloaded = async (page: Page, list: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click(`${list} >> text=Download`),
    ])
    expect(download.suggestedFilename()).toBe('Bericht für Bob.bin')
    return readFileSync(await download.path())
  }

  test('a file is stored, shared, downloaded, revoked and destroyed', async () => {
    const file = join(folder, 'Bericht für Bob.bin')
    writeFileSync(file, content)
    const alice = await pageOf('alice', ['bob', '300'])
    await alice.setInputFiles('#file', file)
    await alice.click('#upload')
    await alice.waitForSelector('text=Stored.')
    expect(await alice.$eval('#progress', (bar) => (bar as unknown as { value: number }).value)).toBe(1)
    expect(await alice.textContent('#files li')).toContain('Bericht für Bob.bin (3000000 bytes)')
    expect((await downloaded(alice, '#files')).equals(content)).toBe(true)

    const before = await pageOf('bob')
    expect(await before.locator('li').count()).toBe(0)

    await alice.click('#files >> text=Share')
    await alice.waitForSelector('text=Revoke bob')
    await picture(alice, 'alice')
    const bob = await pageOf('bob')
    expect((await downloaded(bob, '#inbox')).equals(content)).toBe(true)
    await picture(bob, 'bob')

    await alice.click('text=Revoke bob')
    await alice.waitForSelector('text=Revoke bob', { state: 'detached' })
    await bob.click('#inbox >> text=Download')
    await bob.waitForSelector('text=The grant was revoked, or is not known here')
    await picture(bob, 'bob-after')

    await alice.click('text=Destroy')
    await alice.waitForSelector('#files li', { state: 'detached' })
    await picture(alice, 'alice-after')
  }, 60_000)
})
