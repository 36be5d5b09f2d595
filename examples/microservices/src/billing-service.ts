import 'reflect-metadata'
import { Body, Controller, Get, HttpCode, HttpException, Logger, Module, Param, Post } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { Authorize, hasPermission, hasScope, PortcullisModule, ProblemDetailsFilter } from '@portcullis/nest'
import { z } from 'zod'
import { PAYMENTS_CREATE } from './scopes.js'
import type { ServiceContext } from './service-context.js'
import { endSession, toldByIdentity } from './session-ends.js'
import { trust } from './trust.js'

const PAYMENT = z.strictObject({
  order: z.string().min(1).max(64),
  customer: z.string().min(1).max(64),
  amount: z.int().min(1).max(1_000_000),
})

type Payment = z.infer<typeof PAYMENT> & { readonly state: 'charged' | 'refunded' }

/** In Nest: charges for orders, and gives back. */
export function createBillingService(context: ServiceContext) {
  const payments = context.state.records<Payment>('payments')

  @Controller('billing/payments')
  class PaymentsController {
    @Authorize(hasScope(PAYMENTS_CREATE))
    @Post()
    async charge(@Body() body: unknown): Promise<Payment | undefined> {
      const { success, data } = PAYMENT.safeParse(body)
      if (!success) throw new HttpException({ code: 'request_invalid' }, 400)
      // An order is charged once, however often it is asked for.
      return payments.change(data.order, (known) => known ?? { ...data, state: 'charged' })
    }

    @Authorize(hasPermission('payments:read'))
    @Get()
    async list() {
      return { payments: await payments.all() }
    }

    @Authorize(hasPermission('payments:refund'))
    @HttpCode(200)
    @Post(':order/refund')
    async refund(@Param('order') order: string): Promise<Payment> {
      const payment = await payments.change(order, (known) => known && { ...known, state: 'refunded' })
      if (payment === undefined) throw new HttpException({ code: 'payment_unknown' }, 404)
      return payment
    }
  }

  @Controller('session-ends')
  class SessionEndsController {
    @Authorize(...toldByIdentity(context))
    @HttpCode(204)
    @Post()
    async end(@Body() notice: unknown): Promise<void> {
      if (!(await endSession(context, notice))) throw new HttpException({ code: 'request_invalid' }, 400)
    }
  }

  @Module({
    imports: [PortcullisModule.forRoot(trust('billing', context, PAYMENTS_CREATE))],
    controllers: [PaymentsController, SessionEndsController],
    providers: [{ provide: APP_FILTER, useClass: ProblemDetailsFilter }],
  })
  class BillingModule {}

  Logger.overrideLogger(['warn', 'error', 'fatal'])
  return NestFactory.create(BillingModule)
}
