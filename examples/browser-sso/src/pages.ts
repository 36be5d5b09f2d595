import { SERVICE_NAMES, SERVICES, type Action, type Places, type ServiceName } from './places.js'
import { PASSWORDS } from './users.js'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text in HTML, or in a quoted attribute. */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')

interface Frame {
  readonly title: string
  readonly body: string
  readonly header?: string
  readonly attributes?: string
}

function page({ title, body, header = '', attributes = '' }: Frame): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<body${attributes}>
<header><strong>Portcullis &amp; Co.</strong>${header}</header>
<main>${body}</main>
</body>
</html>
`
}

/** The page of a service: who is signed in, what he may do, and what he may try. */
export function servicePage(name: ServiceName, places: Places): string {
  const { title, framework, actions } = SERVICES[name]
  const links = SERVICE_NAMES.map((each) => {
    const current = each === name ? ' aria-current="page"' : ''
    return `<a href="${places.services[each]}/"${current}>${SERVICES[each].title}</a>`
  })
  return page({
    title: `${title} - Portcullis & Co.`.replace('&', '&amp;'),
    attributes: ` data-refresh-url="${places.id}/session" data-sign-in-url="${places.id}/sign-in"`,
    header: `<nav aria-label="Services">${links.join('')}</nav>`,
    body: `
<h1>${title}</h1>
<section aria-labelledby="who"><h2 id="who">Who is signed in</h2>
<dl><dt>Name</dt><dd id="subject">...</dd><dt>Roles</dt><dd id="roles">...</dd>
<dt>May do</dt><dd id="scopes">...</dd><dt>Access renews</dt><dd id="renews">...</dd></dl></section>
<section aria-labelledby="try"><h2 id="try">Try it</h2>
<p class="quiet">Some of this needs the role admin. This service, on ${framework}, decides.</p>
<div class="buttons">${actions.map(button).join('')}</div><output id="result"></output></section>
<section aria-labelledby="end"><h2 id="end">Leave</h2><div class="buttons">
<form method="post" action="${places.id}/session/sign-out"><button>Sign out</button></form>
<form method="post" action="${places.id}/session/sign-out-everywhere"><button>Sign out on all devices</button></form>
</div></section>
<script type="module" src="/page.js"></script>`,
  })
}

const button = ({ label, method, path }: Action) =>
  `<button data-method="${method}" data-path="${path}">${label}</button>`

/** The one page where people sign in. */
export function signInPage(returnTo: string, problem = ''): string {
  const known = Object.entries(PASSWORDS).map(([name, password]) => `<b>${name}</b> with <b>${password}</b>`)
  const alert = problem === '' ? '' : `<p class="bad" role="alert">${escape(problem)}</p>`
  return page({
    title: 'Sign in - Portcullis &amp; Co.',
    body: `
<h1>Sign in</h1>
<form class="card" method="post" action="/sign-in">
${alert}
<label for="name">Name</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<input type="hidden" name="return_to" value="${escape(returnTo)}">
<div class="buttons"><button class="main">Sign in</button></div>
</form>
<p class="quiet">Once for the shop, the dashboard and the reports. Try ${known.join(', or ')}, who is an administrator.</p>`,
  })
}
