/** Where everything is, as browsers address it. */
export interface Places {
  /** Where people sign in. */
  readonly id: string
  readonly services: Readonly<Record<ServiceName, string>>
}

export type ServiceName = keyof typeof SERVICES

/** What somebody can try at a service. */
export interface Action {
  readonly label: string
  readonly method: 'POST' | 'DELETE'
  readonly path: string
}

/** The services: how their pages look. Whether an action is allowed, only the service itself says. */
export const SERVICES = {
  shop: {
    title: 'Shop',
    framework: 'Express',
    actions: [
      { label: 'Order tea', method: 'POST', path: '/orders' },
      { label: 'Delete all orders', method: 'DELETE', path: '/orders' },
    ],
  },
  dashboard: {
    title: 'Dashboard',
    framework: 'Nest',
    actions: [
      { label: 'Add a note', method: 'POST', path: '/notes' },
      { label: 'Change the settings', method: 'POST', path: '/settings' },
    ],
  },
  reports: {
    title: 'Reports',
    framework: 'Koa',
    actions: [
      { label: 'Run a report', method: 'POST', path: '/reports' },
      { label: 'Close the year', method: 'POST', path: '/years' },
    ],
  },
} as const satisfies Record<string, { title: string; framework: string; actions: readonly Action[] }>

export const SERVICE_NAMES = Object.keys(SERVICES) as readonly ServiceName[]

/** The domain that the hosts share. */
export const DOMAIN = 'portcullis.localhost'
