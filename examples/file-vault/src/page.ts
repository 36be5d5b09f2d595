/** The page. It has no script or style of its own inside, so that a strict policy can forbid those. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>File vault</title>
    <link rel="stylesheet" href="/page.css" />
    <script type="module" src="/page.js"></script>
  </head>
  <body>
    <h1>File vault</h1>
    <form id="sign-in">
      <label>I am <select name="user"><option>alice</option><option>bob</option><option>carol</option></select></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
      <button>Sign in</button>
    </form>
    <main hidden>
      <button id="sign-out">Sign out</button>
      <section>
        <h2>Store a file</h2>
        <input id="file" type="file" aria-label="File" />
        <button id="upload">Upload</button>
        <progress id="progress" max="1" value="0"></progress>
      </section>
      <section><h2>Files</h2><ul id="files"></ul></section>
      <section><h2>Shared with me</h2><ul id="inbox"></ul></section>
    </main>
    <p id="message" role="status"></p>
  </body>
</html>
`

export const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b2430 }
h1 { font-size: 1.6rem } h2 { font-size: 1.1rem; margin-bottom: .4rem }
button, input, select { font: inherit; padding: .2rem .6rem }
ul { list-style: none; padding: 0 }
li { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .5rem 0; border-top: 1px solid #d6dce4 }
li > span:first-child { flex: 1 1 12rem; overflow-wrap: anywhere }
progress { width: 12rem }
#message { min-height: 1.5em; color: #8a3b12 }
`

export const SCRIPT = `
let token
let tokenEnds = 0
const find = (selector) => document.querySelector(selector)
const say = (text) => { find('#message').textContent = text }

// The cookie that renews the token is none of this script's business: it cannot see it.
async function getToken(path, options) {
  const response = await fetch(path, { method: 'POST', ...options })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.title)
  token = answer.token
  tokenEnds = Date.now() + answer.expiresIn * 1000
}
async function authorization() {
  if (Date.now() > tokenEnds - 30_000) await getToken('/sign-in/renewal')
  return 'Bearer ' + token
}
async function enter() {
  find('#sign-in').hidden = true
  find('main').hidden = false
  await show()
}

async function call(path, options = {}) {
  const headers = { authorization: await authorization(), ...options.headers }
  const response = await fetch(path, { ...options, headers })
  if (!response.ok) throw new Error((await response.json()).title)
  return response
}
const send = (path, body) => call(path, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
})

function button(text, action) {
  const made = document.createElement('button')
  made.textContent = text
  made.addEventListener('click', () => {
    say('')
    action().then(show).catch((error) => { say(error.message) })
  })
  return made
}
function row(list, name, ...parts) {
  const item = document.createElement('li')
  const label = document.createElement('span')
  label.textContent = name
  item.append(label, ...parts)
  list.append(item)
}

async function save(name, path, options) {
  const content = await (await call(path, options)).blob()
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => { URL.revokeObjectURL(link.href) }, 1000)
}

async function share(id) {
  const whom = prompt('With whom? A person (bob), or a role (role:clerk)')
  if (!whom) return
  const seconds = Number(prompt('For how many seconds?', '300'))
  if (whom.startsWith('role:')) await send('/api/files/' + id + '/roles', { role: whom.slice(5), seconds })
  else await send('/api/files/' + id + '/grants', { person: whom, seconds })
}

async function grantButtons(id) {
  const grants = await (await call('/api/files/' + id + '/grants')).json()
  return grants.map((grant) => button('Revoke ' + grant.subject, () =>
    call('/api/files/' + id + '/grants/' + grant.id, { method: 'DELETE' })))
}

async function show() {
  const [files, inbox] = await Promise.all(['files', 'inbox'].map(async (what) => (await call('/api/' + what)).json()))
  const rights = await Promise.all(files.map(({ id, mine }) => (mine ? grantButtons(id) : [])))
  find('#files').replaceChildren()
  find('#inbox').replaceChildren()
  files.forEach(({ id, name, size, mine }, at) => {
    const own = mine ? [
      button('Share', () => share(id)), ...rights[at],
      button('Destroy', () => call('/api/files/' + id, { method: 'DELETE' })),
    ] : []
    row(find('#files'), name + ' (' + size + ' bytes)', button('Download', () => save(name, '/files/' + id)), ...own)
  })
  for (const { name, grant } of inbox) {
    row(find('#inbox'), name, button('Download', () => save(name, '/shared', { headers: { authorization: 'Bearer ' + grant } })))
  }
}

find('#sign-in').addEventListener('submit', (event) => {
  event.preventDefault()
  say('')
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)))
  event.target.elements.password.value = ''
  getToken('/sign-in', { headers: { 'content-type': 'application/json' }, body })
    .then(enter)
    .catch((error) => { say(error.message) })
})
find('#sign-out').addEventListener('click', async () => {
  await fetch('/sign-in', { method: 'DELETE' })
  location.reload()
})
// Whoever was signed in when the page was loaded again still is.
getToken('/sign-in/renewal').then(enter).catch(() => {})

find('#upload').addEventListener('click', async () => {
  const [file] = find('#file').files
  if (!file) return
  say('')
  const bearer = await authorization()
  // Only XMLHttpRequest tells how far an upload is.
  const request = new XMLHttpRequest()
  request.open('POST', '/files')
  request.setRequestHeader('authorization', bearer)
  request.setRequestHeader('file-name', encodeURIComponent(file.name))
  request.upload.onprogress = ({ loaded, total }) => { find('#progress').value = loaded / total }
  request.onload = () => {
    if (request.status === 201) show().then(() => { say('Stored.') })
    else say(JSON.parse(request.responseText).title)
  }
  request.onerror = () => { say('The upload broke off') }
  request.send(file)
})
`
