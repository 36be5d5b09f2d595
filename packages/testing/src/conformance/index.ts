export { createConformance } from './conformance.js'
export type { Conformance } from './conformance.js'
export type { ConformanceCase, Exchange, Expectation, RawRequest } from './conformance-case.js'
export { policyOf } from './policy-kit.js'
export type { PolicyKit, Requirement } from './policy-kit.js'
export { answer, INTRUDER, ROUTES } from './routes.js'
export type { ConformanceRoute } from './routes.js'
export { runCase, runConformance } from './run-case.js'
export type { CaseResult } from './run-case.js'
export type {
  ConformanceService,
  CustomRequest,
  RevocableStore,
  ServiceName,
  ServiceOptions,
  SourceKit,
} from './services.js'
