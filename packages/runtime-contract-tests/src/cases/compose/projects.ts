import { resolve } from 'node:path'
import type { ComposeService } from '@moorage/runtime-core'
import { begun, equal, ok, rejects, rejectsWith } from '../../world/assertions.ts'
import { countLeft, writeProject, type ProjectSpec } from '../../world/compose.ts'
import type { World } from '../../world/world.ts'
import type { ContractCase } from '../case.ts'

const needs = ['compose'] as const
const prerequisites = ['compose-command'] as const
const wait = { wait: true, waitTimeoutMs: 60_000 } as const

/** A service that runs, and a job that it waits for. */
function harbour({ programs }: World, environment: Readonly<Record<string, string>> = {}): ProjectSpec {
  return {
    services: {
      web: {
        command: programs.forever(),
        environment,
        depends_on: { seed: { condition: 'service_completed_successfully' } },
      },
      seed: { command: programs.lines(1), volumes: ['data:/data'] },
    },
    volumes: ['data'],
  }
}

const ids = (services: readonly ComposeService[]): Readonly<Record<string, string>> =>
  Object.fromEntries(services.map(({ service, containerId }) => [service, containerId]))

export const composeCases: readonly ContractCase[] = [
  {
    id: 'compose/up/brings-services-up-once',
    clauses: ['compose.up', 'compose.up-again', 'compose.wait', 'compose.ps', 'compose.find'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime } = world
      const { project } = await writeProject(world, harbour(world))
      const first = await runtime.composeUp(project, wait)
      equal(
        first.map(({ service, status, health, exitCode }) => [service, status, health, exitCode]),
        [
          ['seed', 'exited', 'none', 0],
          ['web', 'running', 'none', undefined],
        ],
      )
      equal(await countLeft(world), [2, 1, 1])
      equal(ids(await runtime.composeUp(project, wait)), ids(first), 'the second time')
      equal(ids(await runtime.composePs(project)), ids(first))
      equal((await runtime.findComposeContainer(project, 'web'))?.containerId, ids(first)['web'])
      for (const service of ['seed', 'nobody']) equal(await runtime.findComposeContainer(project, service), undefined)
    },
  },
  {
    id: 'compose/up/recreates-what-has-changed',
    clauses: ['compose.up-changed'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime } = world
      const { project, write } = await writeProject(world, harbour(world))
      const first = ids(await runtime.composeUp(project, wait))
      await write('compose.yaml', harbour(world, { SAIL: 'white' }))
      equal(ids(await runtime.composeUp(project, { ...wait, noRecreate: true }))['web'], first['web'])
      const second = ids(await runtime.composeUp(project, wait))
      ok(second['web'] !== first['web'], 'what has changed was kept')
      equal((await runtime.inspectContainer(second['web'] ?? '')).env['SAIL'], 'white')
    },
  },
  {
    id: 'compose/up/needs-only-the-services-that-it-names',
    clauses: ['compose.up-services'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const command = programs.forever()
      const { project } = await writeProject(world, {
        services: { web: { command }, night: { command, profiles: ['night'], env_file: ['no-such.env'] } },
      })
      const up = await runtime.composeUp(project, { services: ['web'] })
      equal(Object.keys(ids(up)), ['web'])
      const night = { ...project, profiles: ['night'] }
      const error = await rejects('COMPOSE_FAILED', runtime.composeConfig(night))
      equal(error.details.kind, 'missing-file')
    },
  },
  {
    id: 'compose/up/names-a-job-that-fails',
    clauses: ['compose.wait', 'compose.volumes-stay'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const spec = { services: { job: { command: programs.exit(3), volumes: ['data:/data'] } }, volumes: ['data'] }
      const { project } = await writeProject(world, spec)
      const error = await rejects('COMPOSE_FAILED', runtime.composeUp(project, wait))
      equal([error.details.kind, error.details.service], ['job-failed', 'job'])
      equal((await countLeft(world))[2], 1, 'volumes')
    },
  },
  {
    id: 'compose/up/names-who-is-not-ready-in-time',
    clauses: ['compose.deadline'],
    needs: ['compose', 'healthchecks'],
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const test = ['CMD', ...programs.readFile('/no/such')]
      const sick = { command: programs.forever(), healthcheck: { test, interval: '1s', retries: 1000 } }
      const { project } = await writeProject(world, { services: { sick, well: { command: programs.forever() } } })
      const error = await rejects('COMPOSE_FAILED', runtime.composeUp(project, { wait: true, waitTimeoutMs: 2000 }))
      equal([error.details.kind, error.details.service], ['timeout', 'sick'])
    },
  },
  {
    id: 'compose/down/removes-the-project-and-nothing-twice',
    clauses: ['compose.down'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const stranger = await world.runReady(programs.forever())
      const { project } = await writeProject(world, harbour(world))
      const { projectName } = project
      await runtime.composeUp(project)
      await runtime.composeDown(project)
      equal(await countLeft(world), [1, 0, 1])
      await runtime.composeDown(project)
      await runtime.composeUp(project)
      await runtime.composeDown({ projectName }, { removeVolumes: true })
      equal(await countLeft(world), [1, 0, 0])
      equal(await runtime.composePs({ projectName }), [])
      equal((await runtime.inspectContainer(stranger.id)).status, 'running')
    },
  },
  {
    id: 'compose/logs/tell-whose-lines-they-are',
    clauses: ['compose.logs'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const services = { one: { command: programs.lines(2) }, two: { command: programs.write('alone\n') } }
      const { project } = await writeProject(world, { services })
      await runtime.composeUp(project, wait)
      const lines: string[] = []
      for await (const { service, text } of runtime.composeLogs(project, { follow: true }))
        lines.push(`${service} ${text}`)
      equal(lines.toSorted(), ['one line 1', 'one line 2', 'two alone'])
      const own: string[] = []
      for await (const { text } of runtime.composeLogs(project, { services: ['one'], tail: 1 })) own.push(text)
      equal(own, ['line 2'])
    },
  },
  {
    id: 'compose/config/is-merged-and-filled-in',
    clauses: ['compose.config'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const { project, write } = await writeProject(world, harbour(world, { SAIL: '${SAIL}', KEEL: 'deep' }))
      const over = { services: { web: { command: programs.forever(), environment: { KEEL: 'flat' } } } }
      await write('override.yaml', over)
      const files = ['compose.yaml', 'override.yaml']
      const { name, services, volumes } = await runtime.composeConfig({ ...project, files, env: { SAIL: 'red' } })
      equal(name, project.projectName)
      equal(Object.keys(services).toSorted(), ['seed', 'web'])
      equal(Object(services['web'])['environment'], { SAIL: 'red', KEEL: 'flat' })
      equal(Object.keys(volumes), ['data'])
    },
  },
  {
    id: 'compose/config/has-the-dollars-that-containers-get',
    clauses: ['compose.config-dollars'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime } = world
      const { project } = await writeProject(world, harbour(world, { PASSWORD: 'pa$$word', PRICE: '$$$$' }))
      const [{ services }, up] = [await runtime.composeConfig(project), await runtime.composeUp(project)]
      const environment: unknown = Object(services['web'])['environment']
      equal(environment, { PASSWORD: 'pa$word', PRICE: '$$' })
      const { env } = await runtime.inspectContainer(ids(up)['web'] ?? '')
      equal([env['PASSWORD'], env['PRICE']], ['pa$word', '$$'])
    },
  },
  {
    id: 'compose/files/that-are-wrong-are-told',
    clauses: ['compose.malformed'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime } = world
      const { project, write } = await writeProject(world, harbour(world))
      await write('broken.yaml', 'services: [')
      for (const [files, services, kind] of [
        [['no-such.yaml'], [], 'missing-file'],
        [['broken.yaml'], [], 'invalid-file'],
        [project.files, ['nobody'], 'unknown-service'],
      ] as const) {
        const error = await rejects('COMPOSE_FAILED', runtime.composeUp({ ...project, files }, { services }))
        equal(error.details.kind, kind)
      }
      equal(await countLeft(world), [0, 0, 0])
    },
  },
  {
    id: 'compose/files/that-are-wrong-are-named',
    clauses: ['compose.files'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime } = world
      const { project, write } = await writeProject(world, harbour(world))
      await write('broken.yaml', 'services: [')
      for (const file of ['no-such.yaml', 'broken.yaml']) {
        const error = await rejects('COMPOSE_FAILED', runtime.composeConfig({ ...project, files: [file] }))
        equal(error.details.files, [resolve(project.workingDirectory, file)])
      }
    },
  },
  {
    id: 'compose/profiles/that-nobody-has-are-refused',
    clauses: ['compose.unknown-profile'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const command = programs.forever()
      const { project } = await writeProject(world, {
        services: { web: { command }, chart: { command, profiles: ['night'] } },
      })
      const wrong = { ...project, profiles: ['night', 'noon'] }
      for (const call of [() => runtime.composeConfig(wrong), () => runtime.composeUp(wrong)]) {
        const error = await rejects('COMPOSE_FAILED', call())
        equal([error.details.kind, error.details.profile], ['unknown-profile', 'noon'])
      }
      equal(await countLeft(world), [0, 0, 0])
      const { services } = await runtime.composeConfig({ ...project, profiles: ['night'] })
      equal(Object.keys(services).toSorted(), ['chart', 'web'])
    },
  },
  {
    id: 'compose/up/is-aborted-at-once',
    clauses: ['compose.abort'],
    needs,
    prerequisites,
    async run(world) {
      const { runtime, programs } = world
      const gate = { command: programs.forever() }
      const behind = {
        command: programs.forever(),
        depends_on: { gate: { condition: 'service_completed_successfully' } },
      }
      const { project } = await writeProject(world, { services: { gate, behind } })
      const controller = new AbortController()
      const coming = begun(runtime.composeUp(project, { signal: controller.signal }))
      await world.eventually(
        'the first one runs',
        async () => (await runtime.findComposeContainer(project, 'gate')) !== undefined,
      )
      const reason = new Error('changed my mind')
      controller.abort(reason)
      await rejectsWith(reason, coming)
      equal((await runtime.composePs({ projectName: project.projectName }))[0]?.status === undefined, false)
      await runtime.composeDown({ projectName: project.projectName })
      equal(await countLeft(world), [0, 0, 0])
    },
  },
]
