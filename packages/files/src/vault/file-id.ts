import { randomBytes } from 'node:crypto'

/** 128 random bits as base64url; nothing else is ever looked up, so that no id is a path. */
const FILE_ID = /^[A-Za-z0-9_-]{21}[AQgw]$/

export const newFileId = (): string => randomBytes(16).toString('base64url')

export const isFileId = (value: unknown): value is string => typeof value === 'string' && FILE_ID.test(value)
