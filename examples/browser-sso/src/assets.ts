import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PAGE_SCRIPT } from './page-script.js'
import type { Places } from './places.js'
import { STYLE } from './style.js'

export interface Asset {
  readonly type: string
  readonly body: string
}

const sessionFetch = readFileSync(fileURLToPath(import.meta.resolve('@portcullis/session/browser')), 'utf8')

/** What is the same for everybody, by its path. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/style.css', { type: 'text/css', body: STYLE }],
  ['/page.js', { type: 'text/javascript', body: PAGE_SCRIPT }],
  ['/session-fetch.js', { type: 'text/javascript', body: sessionFetch }],
])

/** Headers of every page: nobody keeps it, nobody frames it, and it runs our own scripts only. */
export function pageHeaders({ id, services }: Places): Readonly<Record<string, string>> {
  const ours = [id, ...Object.values(services)].join(' ')
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    'img-src data:',
    `connect-src 'self' ${id}`,
    `form-action ${ours}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    // With 'same-origin' or 'no-referrer', browsers would hide the Origin of the form that signs out.
    'Referrer-Policy': 'strict-origin-when-cross-origin',
  }
}
