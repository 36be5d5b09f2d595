import { randomBytes } from 'node:crypto'
import { Module, type DynamicModule, type ModuleMetadata, type Type } from '@nestjs/common'
import { PortcullisModule, secret } from '@portcullis/nest'
import jsonwebtoken from 'jsonwebtoken'

const key = randomBytes(32)

export const OPTIONS = {
  issuer: 'https://id.example.com',
  audience: 'orders-api',
  keys: secret(key, 'HS256'),
} as const

/** The header with a valid token of alice's, which grants what the claims say. */
export function bearer(claims: object = {}): Record<string, string> {
  const token = jsonwebtoken.sign({ sub: 'alice', ...claims }, key, {
    algorithm: 'HS256',
    issuer: OPTIONS.issuer,
    audience: OPTIONS.audience,
    expiresIn: 60,
  })
  return { authorization: `Bearer ${token}` }
}

export const ADMIN = bearer({ roles: ['admin'] })
export const READER = bearer({ scope: 'orders:read' })
export const READING_ADMIN = bearer({ roles: ['admin'], scope: 'orders:read' })
export const NOBODY: Record<string, string> = {}
/** A token of somebody who does not know the key. */
export const FORGED = {
  authorization: `Bearer ${jsonwebtoken.sign({ roles: ['admin'], scope: 'orders:read' }, randomBytes(32), {
    algorithm: 'HS256',
    issuer: OPTIONS.issuer,
    audience: OPTIONS.audience,
    expiresIn: 60,
  })}`,
}

/** A root module. */
export function moduleOf(metadata: ModuleMetadata): Type {
  @Module(metadata)
  class AppModule {}
  return AppModule
}

/** A root module that is guarded with {@link OPTIONS}. */
export function guarded(controllers: Type[], more: ModuleMetadata = {}): Type {
  const imports: (Type | DynamicModule)[] = [PortcullisModule.forRoot(OPTIONS)]
  return moduleOf({ imports, controllers, ...more })
}

export async function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { headers })
  await response.arrayBuffer()
  return response.status
}
