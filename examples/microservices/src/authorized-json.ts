import { authorize } from '@portcullis/express'
import type { Policy } from '@portcullis/core'
import express, { type RequestHandler } from 'express'

/** What stands before a route of Express that takes JSON: who may not use it does not get his body read. */
export const authorizedJson = (policies: readonly Policy[]): RequestHandler[] => [
  authorize(...policies),
  express.json({ limit: '4kb' }),
]
