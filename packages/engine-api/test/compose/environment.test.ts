import { describe, expect, it } from 'vitest'
import { inheritedEnvironment, ownEnvironment } from '../../src/compose/environment.ts'

describe('the environment that compose inherits', () => {
  it.each([
    'COMPOSE_FILE',
    'COMPOSE_PATH_SEPARATOR',
    'COMPOSE_PROJECT_NAME',
    'COMPOSE_PROJECT_DIRECTORY',
    'COMPOSE_PROFILES',
    'COMPOSE_ENV_FILES',
    'COMPOSE_DISABLE_ENV_FILE',
    'COMPOSE_REMOVE_ORPHANS',
    'COMPOSE_IGNORE_ORPHANS',
    'COMPOSE_COMPATIBILITY',
    'COMPOSE_ANSI',
    'COMPOSE_PROGRESS',
    'COMPOSE_STATUS_STDOUT',
    'DOCKER_HOST',
    'DOCKER_CONTEXT',
    'DOCKER_TLS',
    'DOCKER_TLS_VERIFY',
    'DOCKER_CERT_PATH',
  ])('has no %s', (name) => {
    expect(inheritedEnvironment({ [name]: 'x', PATH: '/bin' })).toEqual({ PATH: '/bin' })
  })

  it('keeps what files are filled in with, and what only paces compose', () => {
    const kept = { TAG: '1', COMPOSE_PARALLEL_LIMIT: '2', DOCKER_CONFIG: '/c', MY_COMPOSE_FILE: 'y' }
    expect(inheritedEnvironment(kept)).toEqual(kept)
  })
})

it('a call may name its project in its environment, and not another engine', () => {
  const named = { COMPOSE_PROJECT_NAME: 'mine', TAG: '1' }
  expect(ownEnvironment({ ...named, DOCKER_TLS_VERIFY: '1', DOCKER_CONTEXT: 'other' })).toEqual(named)
})
