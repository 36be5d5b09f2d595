import { hasPermission, hasRole, hasScope } from '../../src/policy/grants.js'
import { answerTo } from './authorize.js'

const long = Array.from({ length: 1000 }, (_, index) => `s${index}`)

/** Scopes as a token may have them, and whether `read` is among them. */
describe.each<[attack: string, scope: unknown, allowed: boolean]>([
  ['129: exactly it', 'read', true],
  ['129: among others', 'openid read write', true],
  ['129: a longer one', 'read:orders', false],
  ['129: inside another one', 'spread', false],
  ['129: with a letter behind', 'readx', false],
  ['129: a shorter one', 'rea', false],
  ['129: none', '', false],
  ['130: joined by a comma', 'read,write', false],
  ['130: joined by a tabulator', 'read\twrite', false],
  ['130: joined by a line feed', 'read\nwrite', false],
  ['130: joined by a no-break space', 'read\u00a0write', false],
  ['130: joined by a plus sign', 'read+write', false],
  ['130: a NUL behind', 'read\0', false],
  ['130: a zero-width space behind', 'read\u200b', false],
  ['130: two spaces between', 'openid  read', true],
  ['130: spaces around', ' read ', true],
  ['130: spaces only', '   ', false],
  ['131: another case', 'READ', false],
  ['131: a letter of another alphabet', 'reаd', false],
  ['131: full-width letters', 'ｒｅａｄ', false],
  ['131: a combining mark', 'rea\u0301d', false],
  ['132: a number', 1, false],
  ['132: an object', { read: true }, false],
  ['132: an object like a list', { 0: 'read', length: 1 }, false],
  ['132: null', null, false],
  ['132: true', true, false],
  ['132: a list in a list', [['read']], false],
  ['132: a list with an object', ['read', { toString: 'read' }], false],
  ['132: a list with a number', ['read', 1], false],
  ['132: a list', ['openid', 'read'], true],
  ['132: a list whose element has a space', ['openid read'], false],
  ['135: a star', '*', false],
  ['135: a pattern', 'read* re* r?ad .*', false],
  ['135: everything below', 'read:* read:**', false],
  ['139: among a thousand', [...long, 'read'].join(' '), true],
  ['139: a thousand others', long.join(' '), false],
  ['139: twice', 'read read', true],
])('attack %s', (_, scope, allowed) => {
  it(allowed ? 'grants the scope' : 'grants nothing', async () => {
    expect(await answerTo(hasScope('read'), { scope })).toBe(allowed ? 'allowed' : 'scope_insufficient')
  })
})

/** Roles as a token may have them, and whether `admin` is among them. */
describe.each<[attack: string, roles: unknown, allowed: boolean]>([
  ['136: one string', 'admin', true],
  ['136: a list', ['user', 'admin'], true],
  ['136: a longer string', 'administrator', false],
  ['136: a string that holds it', 'user admin', false],
  ['136: joined by a comma', 'user,admin', false],
  ['136: a longer one in a list', ['administrator'], false],
  ['131: another case', ['ADMIN', 'Admin'], false],
  ['131: with a space', ['admin ', ' admin'], false],
  ['131: a dotless i', ['admın'], false],
  ['132: an object like a list', { 0: 'admin', length: 1 }, false],
  ['132: a list in a list', [['admin']], false],
  ['132: a list with an object', ['admin', {}], false],
  ['132: a list with null', ['admin', null], false],
  ['134: an object by role', { admin: true }, false],
  ['134: an object of objects', { admin: { granted: true } }, false],
  ['135: a star', ['*'], false],
  ['135: everything below', ['admin:*', 'adm*'], false],
  ['an empty string', '', false],
  ['an empty list', [], false],
])('attack %s', (_, roles, allowed) => {
  it(allowed ? 'grants the role' : 'grants nothing', async () => {
    expect(await answerTo(hasRole('admin'), { roles })).toBe(allowed ? 'allowed' : 'role_insufficient')
  })
  it('says the same of a permission', async () => {
    const answer = await answerTo(hasPermission('admin'), { permissions: roles })
    expect(answer).toBe(allowed ? 'allowed' : 'permission_insufficient')
  })
})

describe('attack 134: the name of a member of every object', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', 'length', '0'])(
    '%s is no role, scope or permission that anybody has',
    async (name) => {
      for (const granted of [
        {},
        { roles: {}, scope: {}, permissions: {} },
        { roles: [], scope: '', permissions: [] },
      ]) {
        expect(await answerTo(hasRole(name), granted)).toBe('role_insufficient')
        expect(await answerTo(hasScope(name), granted)).toBe('scope_insufficient')
        expect(await answerTo(hasPermission(name), granted)).toBe('permission_insufficient')
      }
    },
  )
  it('is a role when it is granted', async () => {
    expect(await answerTo(hasRole('constructor'), { roles: ['constructor'] })).toBe('allowed')
  })
})

describe('attack 135: a star that is required', () => {
  it('matches a star only', async () => {
    expect(await answerTo(hasScope('*'), { scope: 'read write' })).toBe('scope_insufficient')
    expect(await answerTo(hasScope('*'), { scope: '*' })).toBe('allowed')
    expect(await answerTo(hasRole('admin:*'), { roles: ['admin:all'] })).toBe('role_insufficient')
  })
})

describe('attack 137: where an issuer keeps what it grants', () => {
  const nested = { claimPaths: { roles: ['realm_access', 'roles'] } }
  const url = { claimPaths: { roles: ['https://shop.example.com/roles'] } }

  it.each<[string, object, object, boolean]>([
    ['a path', nested, { realm_access: { roles: ['admin'] } }, true],
    ['a member whose name has a dot', nested, { 'realm_access.roles': ['admin'] }, false],
    ['a name that is a URL', url, { 'https://shop.example.com/roles': ['admin'] }, true],
    ['the parts of that URL', url, { 'https://shop': { example: { 'com/roles': ['admin'] } } }, false],
    ['the usual place, when another one is configured', nested, { roles: ['admin'] }, false],
    ['a list on the way', nested, { realm_access: [{ roles: ['admin'] }] }, false],
    ['a string on the way', nested, { realm_access: 'roles' }, false],
    ['an index of a list', { claimPaths: { roles: ['groups', '0'] } }, { groups: [['admin']] }, false],
    ['the length of a list', { claimPaths: { roles: ['groups', 'length'] } }, { groups: ['admin'] }, false],
    ['the prototype', { claimPaths: { roles: ['constructor', 'name'] } }, {}, false],
    ['the prototype’s prototype', { claimPaths: { roles: ['__proto__', 'constructor', 'name'] } }, {}, false],
  ])('%s', async (_, options, claims, allowed) => {
    expect(await answerTo(hasRole('admin'), claims, options)).toBe(allowed ? 'allowed' : 'role_insufficient')
  })
})

describe('attack 138: scope and scp that disagree', () => {
  const claims = { scope: 'read', scp: 'write' }
  it('takes the claim that is configured, never both', async () => {
    expect(await answerTo(hasScope('read'), claims)).toBe('allowed')
    expect(await answerTo(hasScope('write'), claims)).toBe('scope_insufficient')
    const scp = { claimPaths: { scopes: ['scp'] } }
    expect(await answerTo(hasScope('write'), claims, scp)).toBe('allowed')
    expect(await answerTo(hasScope('read'), claims, scp)).toBe('scope_insufficient')
  })
})

describe('attack 143: an actor', () => {
  it('lends the token nothing of its own', async () => {
    const claims = {
      roles: ['user'],
      act: { sub: 'admin-tool', roles: ['admin'] },
      may_act: { roles: ['admin'] },
    }
    expect(await answerTo(hasRole('admin'), claims)).toBe('role_insufficient')
  })
})
