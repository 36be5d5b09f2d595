export { createSessions } from './sessions/create-sessions.js'
export type { SessionInfo, Sessions, SessionStep, SessionUser } from './sessions/sessions.js'
export type {
  SessionEvent,
  SessionRevocations,
  SessionsOptions,
  SiteData,
} from './sessions/sessions-options.js'
export type { SessionRequest } from './http/session-request.js'
export { SessionError } from './session-error.js'
export type { SessionErrorCode, SessionProblem } from './session-error.js'
export { HOST_ACCESS_COOKIE, REFRESH_COOKIE, SHARED_ACCESS_COOKIE } from './cookies/session-cookies.js'
export { memorySessionStore } from './store/memory-session-store.js'
export type { MemorySessionStoreOptions } from './store/memory-session-store.js'
export type { SessionStore, StoredSession } from './store/session-store.js'
export { toNodeHandler } from '@portcullis/issuer'
