import 'reflect-metadata'
import { authorizedFetch, clientSecret, createTokenSource } from '@portcullis/client'
import { Controller, Module, Param, Post } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import {
  Authorize,
  CurrentAuth,
  hasScope,
  PortcullisModule,
  ProblemDetailsFilter,
  type Auth,
} from '@portcullis/nest'
import { askPeer } from './ask-peer.js'
import { forAUser } from './for-a-user.js'
import type { Stock } from './inventory.js'
import type { Journal } from './journal.js'
import { BILLING, INVENTORY } from './registered-clients.js'
import type { ServiceOptions } from './service-options.js'

export interface Invoice {
  readonly item: string
  readonly amount: number
  /** Who pays. */
  readonly for: string | undefined
}

export interface BillingOptions extends ServiceOptions {
  readonly journal: Journal
  readonly secret: string
  /** Where inventory is. */
  readonly inventory: string
}

/** The service in Nest: it is called for a user, and asks inventory for the price, still for the same user. */
export function createBilling({ journal, secret, inventory, ...trust }: BillingOptions) {
  const { issuer, clock } = trust
  const source = createTokenSource({
    issuer,
    clientId: 'billing',
    credential: clientSecret(secret),
    audience: INVENTORY,
    scope: 'stock:read',
    clock,
  })
  const readStock = authorizedFetch(source, { origins: [inventory] })

  @Controller()
  class InvoicesController {
    @Authorize(hasScope('invoices:write'), forAUser)
    @Post('invoices/:item')
    async create(@Param('item') item: string, @CurrentAuth() auth: Auth): Promise<Invoice> {
      journal.write('billing', `POST /invoices/${item}`, auth)
      const url = `${inventory}/stock/${item}`
      const { price } = await askPeer<Stock>(readStock.onBehalfOf(auth.token), 'GET', url)
      return { item, amount: price, for: auth.subject }
    }
  }

  @Module({
    imports: [PortcullisModule.forRoot({ ...trust, audience: BILLING, profile: 'at+jwt' })],
    controllers: [InvoicesController],
    providers: [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }],
  })
  class AppModule {}

  return NestFactory.create(AppModule)
}
