import { cookieHeader, post, request, setUp, SHOP } from './support/bench.ts'

const steps = ['signIn', 'refresh', 'signOut', 'signOutEverywhere'] as const

async function run(step: (typeof steps)[number], headers: Record<string, string>) {
  const { sessions } = setUp()
  const cookie = cookieHeader(await sessions.signIn(post('/sign-in'), { subject: 'alice' }))
  const asked = request('POST', '/session', { Cookie: cookie, ...headers })
  try {
    if (step === 'signIn') await sessions.signIn(asked, { subject: 'mallory' })
    else await sessions[step](asked)
    return 'done'
  } catch (error) {
    expect(await sessions.list('alice')).toHaveLength(1)
    expect(await sessions.list('mallory')).toHaveLength(0)
    return (error as { code: string }).code
  }
}

describe.each(steps)('%s', (step) => {
  test.each([
    ['of the same origin', { 'Sec-Fetch-Site': 'same-origin' }],
    ['of the public origin, in an older browser', { Origin: 'https://id.example.com' }],
    ['of a page on the list', { 'Sec-Fetch-Site': 'same-site', Origin: SHOP }],
  ])('is done for a request %s', async (_, headers) => {
    expect(await run(step, headers)).toBe('done')
  })

  test.each<[string, Record<string, string>]>([
    ['of another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
    [
      'of a sibling that is not on the list',
      { 'Sec-Fetch-Site': 'same-site', Origin: 'https://blog.example.com' },
    ],
    ['that no page has sent', { 'Sec-Fetch-Site': 'none' }],
    ['that says nothing of where it comes from', {}],
    ['of an opaque origin', { 'Sec-Fetch-Site': 'cross-site', Origin: 'null' }],
    ['of an origin that begins alike', { Origin: `${SHOP}.evil.example` }],
    ['of two sites', { 'Sec-Fetch-Site': 'same-origin, cross-site' }],
  ])('is refused for a request %s, and nothing has happened', async (_, headers) => {
    expect(await run(step, headers)).toBe('cross_site_request_refused')
  })
})
