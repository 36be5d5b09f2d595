/** What the page of a service does in the browser. It never sees a token. */
export const PAGE_SCRIPT = `
import { createSessionFetch } from '/session-fetch.js'

const { refreshUrl, signInUrl } = document.body.dataset
const byId = (id) => document.getElementById(id)
const signIn = new URL(signInUrl)
signIn.searchParams.set('return_to', location.href)

let renewsAt = 0
const session = createSessionFetch({
  refreshUrl,
  onRenewed: (seconds) => { renewsAt = Date.now() + seconds * 1000 },
  onEnded: () => { location.replace(signIn) },
})

async function showWhoIsSignedIn() {
  const answer = await session.fetch('/me')
  if (!answer.ok) return
  const { subject, roles, scopes, expiresIn } = await answer.json()
  byId('subject').textContent = subject
  byId('roles').textContent = roles.join(', ')
  byId('scopes').textContent = scopes.join(', ')
  renewsAt = Date.now() + expiresIn * 1000
}

let isRenewing = false
async function tick() {
  const seconds = Math.ceil((renewsAt - Date.now()) / 1000)
  byId('renews').textContent = seconds > 0 ? 'in ' + seconds + ' s' : 'now'
  if (renewsAt === 0 || seconds > 0 || isRenewing) return
  isRenewing = true
  // When it cannot be renewed now, the next request tries again.
  await session.renew().catch(() => { renewsAt = Date.now() + 5000 }).finally(() => { isRenewing = false })
}

for (const button of document.querySelectorAll('button[data-path]')) {
  button.addEventListener('click', async () => {
    const output = byId('result')
    output.className = 'quiet'
    output.textContent = 'One moment...'
    try {
      const answer = await session.fetch(button.dataset.path, { method: button.dataset.method })
      const body = await answer.json()
      output.className = answer.ok ? 'good' : 'bad'
      output.textContent = answer.ok ? body.done : 'Refused: ' + body.title + ' (' + answer.status + ')'
    } catch {
      output.className = 'bad'
      output.textContent = 'That could not be sent. Try again.'
    }
  })
}

// Whoever comes back to this tab sees at once whether the session has ended in another one.
addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })
addEventListener('focus', () => { showWhoIsSignedIn().catch(() => undefined) })
setInterval(tick, 250)
showWhoIsSignedIn().catch(() => undefined)
`
