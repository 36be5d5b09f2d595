import { randomUUID } from 'node:crypto'
import {
  Inject,
  Module,
  Optional,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common'
import { APP_GUARD, ModulesContainer } from '@nestjs/core'
import { ConfigurationError, type Claims } from '@portcullis/core'
import {
  AUTHENTICATORS,
  authenticatorsFrom,
  type Authenticators,
  type PortcullisOptions,
} from './authenticators.js'
import { PortcullisGuard } from './guard.js'

/** Options that come from other providers: `useFactory` is given what `inject` names, and answers or promises them. */
export type PortcullisAsyncOptions<C = Claims> = Pick<ModuleMetadata, 'imports'> &
  Pick<FactoryProvider<PortcullisOptions<C>>, 'inject' | 'useFactory'>

/**
 * Guards every HTTP handler of the application. Import it once, in the root module.
 */
@Module({})
export class PortcullisModule {
  constructor(
    @Optional() @Inject(AUTHENTICATORS) authenticators: Authenticators | undefined,
    @Inject(ModulesContainer) modules: ModulesContainer,
  ) {
    const imported = [...modules.values()].filter(({ metatype }) => metatype === PortcullisModule)
    if (authenticators !== undefined && imported.length === 1) return
    throw new ConfigurationError(
      'PortcullisModule',
      'is imported without forRoot(...) or forRootAsync(...), or more than once; import it once, in the root module',
    )
  }

  /** @throws ConfigurationError when an option is wrong, unknown or missing */
  static forRoot<C = Claims>(options: PortcullisOptions<C>): DynamicModule {
    return guardedBy({ provide: AUTHENTICATORS, useValue: authenticatorsFrom(options) })
  }

  /** A wrong option is a ConfigurationError while the application starts. */
  static forRootAsync<C = Claims>(options: PortcullisAsyncOptions<C>): DynamicModule {
    const { imports = [], inject = [], useFactory } = options
    if (typeof useFactory !== 'function') {
      throw new ConfigurationError(
        'useFactory',
        'expects a function that answers the options of forRoot(...)',
      )
    }
    const authenticators = {
      provide: AUTHENTICATORS,
      inject,
      useFactory: async (...injected: unknown[]) => authenticatorsFrom(await useFactory(...injected)),
    }
    return { ...guardedBy(authenticators), imports }
  }
}

function guardedBy(authenticators: Provider<Authenticators>): DynamicModule {
  return {
    module: PortcullisModule,
    global: true,
    providers: [
      authenticators,
      PortcullisGuard,
      { provide: APP_GUARD, useExisting: PortcullisGuard },
      // Nest 10 takes dynamic modules for one when they look the same as text, which two configurations would.
      { provide: 'portcullis:import', useValue: randomUUID() },
    ],
  }
}
