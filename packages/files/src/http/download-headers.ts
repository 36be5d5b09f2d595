import { create } from 'content-disposition'
import type { FileDescription } from '../vault/open-file.js'

/** What a browser shows and does not run. Everything else goes out as bytes that mean nothing. */
const PASSIVE = new Set([
  'application/pdf',
  'application/zip',
  'audio/mpeg',
  'audio/ogg',
  'image/avif',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'text/csv',
  'text/plain',
  'video/mp4',
  'video/webm',
])

/**
 * The headers of a file: always to be saved and never rendered, under a name that cannot break out of its header, kept
 * by nobody on the way.
 */
export function downloadHeaders({ name, type, tag }: FileDescription): Readonly<Record<string, string>> {
  return {
    'Content-Type': PASSIVE.has(type) ? type : 'application/octet-stream',
    'Content-Disposition': create(name, { type: 'attachment' }),
    ETag: `"${tag}"`,
    'Accept-Ranges': 'bytes',
    ...PROTECTION,
  }
}

export const PROTECTION = {
  'Cache-Control': 'private, no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Links have a grant in them.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const
