import {
  Inject,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type MiddlewareConsumer,
  type ModuleMetadata,
  type NestModule,
} from '@nestjs/common'
import { ConfigurationError } from '@portcullis/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSyncHandler, type SyncHandlerOptions } from '../http/sync-handler.js'
import type { Receiver } from '../receiver/create-receiver.js'

/** Where batches arrive, and who takes them. */
export interface SyncModuleOptions extends SyncHandlerOptions {
  readonly receiver: Receiver
  /** The route, such as `sync`. */
  readonly path: string
}

/** Options that come from other providers: `useFactory` is given what `inject` names, and answers or promises them. */
export type SyncModuleAsyncOptions = Pick<ModuleMetadata, 'imports'> &
  Pick<FactoryProvider<SyncModuleOptions>, 'inject' | 'useFactory'>

const OPTIONS = Symbol('portcullis:sync')

/**
 * Receives batches at one route, on Express as on Fastify, before guards and before whatever reads bodies: the envelope
 * is what authenticates a batch.
 */
@Module({})
export class SyncModule implements NestModule {
  readonly #options: SyncModuleOptions

  constructor(@Inject(OPTIONS) options: SyncModuleOptions) {
    if (typeof options.path !== 'string' || options.path === '') {
      throw new ConfigurationError('path', "expects a route, such as 'sync'")
    }
    this.#options = options
  }

  configure(consumer: MiddlewareConsumer): void {
    const { receiver, path, ...options } = this.#options
    const handle = createSyncHandler(receiver, options)
    consumer
      .apply((request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => {
        handle(request, response).catch(next)
      })
      .forRoutes(path)
  }

  static forRoot(options: SyncModuleOptions): DynamicModule {
    return { module: SyncModule, providers: [{ provide: OPTIONS, useValue: options }] }
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: SyncModuleAsyncOptions): DynamicModule {
    return { module: SyncModule, imports, providers: [{ provide: OPTIONS, inject, useFactory }] }
  }
}

export type { SyncHandlerOptions } from '../http/sync-handler.js'
