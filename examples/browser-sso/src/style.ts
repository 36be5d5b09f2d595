export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a404b); --quiet: light-dark(#5a6372, #a3acba);
  --accent: light-dark(#1f5fbf, #8ab4f8); --page: light-dark(#f6f7f9, #15181d); --card: light-dark(#fff, #1e2229);
  --good: light-dark(#17693a, #7fd6a0); --bad: light-dark(#a32020, #ff9b93); }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: var(--page) }
header, main { max-width: 44rem; margin: 0 auto; padding: 1rem }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center }
header strong { margin-right: auto }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem }
a { color: var(--accent); padding: .5rem 0 }
a[aria-current] { color: inherit; font-weight: 600; text-decoration: none }
section, .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem;
  margin: 0 0 1rem }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0 1rem }
h2 { font-size: 1.05rem; margin: 0 0 .75rem }
p { margin: 0 0 .75rem }
.quiet { color: var(--quiet) }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .5rem 1rem; margin: 0 }
dt { color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }
form { margin: 0 }
label { display: block; margin: 0 0 .25rem; font-weight: 600 }
input { width: 100%; padding: .7rem; margin: 0 0 1rem; font: inherit; border: 1px solid var(--quiet);
  border-radius: .5rem; background: var(--page); color: inherit }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem }
button { font: inherit; padding: .7rem 1.1rem; min-height: 2.75rem; border-radius: .5rem; cursor: pointer;
  border: 1px solid var(--accent); background: transparent; color: var(--accent) }
button.main { background: var(--accent); color: var(--card) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
output { display: block; min-height: 1.5rem; margin-top: 1rem }
.good { color: var(--good) }
.bad { color: var(--bad) }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .75rem }
  .buttons form, .buttons button { width: 100% } }
`
