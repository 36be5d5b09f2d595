/** Modules under `servers/`; in each, who is measured, and what belongs to the framework itself. */
export const FRAMEWORKS = {
  Express: 'express',
  Koa: 'koa',
  Nest: 'nest',
  'Nest on Fastify': 'nest-on-fastify',
}

export const load = (framework) => import(`./servers/${FRAMEWORKS[framework]}.mjs`)
