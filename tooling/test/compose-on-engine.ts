import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import {
  RuntimeError,
  type ComposeEvent,
  type ComposeProject,
  type ComposeService,
  type Runtime,
} from '@moorage/runtime-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { useComposeTools } from './compose-tools.ts'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'

const deadlineMs = 180_000
const soonMs = 60_000
const label = 'com.docker.compose.project'

/** Three services, a gate on health, a gate on a job, a volume, two networks, a profile, a variable. */
const compose = (image: string): string => `
name: \${NAME:?the name is needed}
services:
  web:
    image: ${image}
    command: sh -c 'echo serving $\${GREETING}; exec sleep 1000'
    environment: { GREETING: "\${GREETING:-hello}" }
    depends_on:
      store: { condition: service_healthy }
      seed: { condition: service_completed_successfully }
    networks: [front, back]
    stop_grace_period: 0s
  store:
    image: ${image}
    command: sh -c 'sleep 1; touch /tmp/up; echo stored; exec sleep 1000'
    healthcheck: { test: [CMD, cat, /tmp/up], interval: 500ms, retries: 100 }
    volumes: ["data:/data"]
    networks: [back]
    stop_grace_period: 0s
  seed:
    image: ${image}
    command: sh -c 'echo sown >/data/seed'
    volumes: ["data:/data"]
    networks: [back]
  debug:
    image: ${image}
    command: sleep 1000
    profiles: [debugging]
    networks: [front]
    stop_grace_period: 0s
networks: { front: {}, back: {} }
volumes: { data: {} }
`

const override = `
services:
  web:
    environment: { GREETING: overridden }
`

export async function composeOnEngine(options: EngineUnderTestOptions): Promise<void> {
  await describeOnEngine(options, ({ open, image }) => {
    let runtime: Runtime
    let folder: string
    let name: string
    let project: ComposeProject
    let restoreTools = (): void => undefined
    beforeAll(async () => {
      restoreTools = useComposeTools()
      runtime = await open()
    })
    afterAll(async () => {
      restoreTools()
      await runtime.close()
    })
    beforeEach(async () => {
      folder = await mkdtemp(`${tmpdir()}/moorage-compose-`)
      name = `moorage${Math.random().toString(36).slice(2, 10)}`
      await write('compose.yaml', compose(image))
      project = { workingDirectory: folder, env: { NAME: name } }
    })
    afterEach(async () => {
      await runtime.composeDown({ projectName: name }, { removeVolumes: true, removeOrphans: true, timeoutMs: 0 })
      await rm(folder, { recursive: true })
    })
    const write = (file: string, text: string): Promise<void> => writeFile(`${folder}/${file}`, text)
    const up = (more: Parameters<Runtime['composeUp']>[1] = {}): Promise<readonly ComposeService[]> =>
      runtime.composeUp(project, { wait: true, waitTimeoutMs: soonMs, ...more })
    const ids = (services: readonly ComposeService[]): Readonly<Record<string, string>> =>
      Object.fromEntries(services.map(({ service, containerId }) => [service, containerId]))
    const leftOf = async (): Promise<readonly number[]> => {
      const labels = { [label]: name }
      const all = [
        runtime.listContainers({ labels }),
        runtime.listNetworks({ labels }),
        runtime.listVolumes({ labels }),
      ]
      return (await Promise.all(all)).map(({ length }) => length)
    }
    const failureOf = async (work: Promise<unknown>): Promise<RuntimeError<'COMPOSE_FAILED'>> => {
      const error: unknown = await work.catch((reason: unknown) => reason)
      if (!RuntimeError.is(error, 'COMPOSE_FAILED')) throw error
      return error
    }

    it('says which compose it found', async () => {
      expect((await runtime.info()).composeVersion).toMatch(/^2\.\d+/)
    })

    it('goes by its options, and not by what the environment says of projects', { timeout: deadlineMs }, async () => {
      const said = { FILE: '/no/such.yaml', PROJECT_NAME: 'astray', PROFILES: 'debugging', ENV_FILES: '/no/such.env' }
      for (const [variable, value] of Object.entries(said)) vi.stubEnv(`COMPOSE_${variable}`, value)
      onTestFinished(() => void vi.unstubAllEnvs())
      const elsewhere = { ...project.env, DOCKER_TLS_VERIFY: '1', DOCKER_CONTEXT: 'no-such' }
      const model = await runtime.composeConfig({ ...project, env: elsewhere })
      expect([model.name, Object.keys(model.services).toSorted()]).toEqual([name, ['seed', 'store', 'web']])
    })

    it('brings a project up, tells of it, and takes it down', { timeout: deadlineMs }, async () => {
      const events: ComposeEvent[] = []
      const first = await up({ onEvent: (event) => events.push(event) })
      expect(first.map(({ service, status, health, exitCode }) => [service, status, health, exitCode])).toEqual([
        ['seed', 'exited', 'none', 0],
        ['store', 'running', 'healthy', undefined],
        ['web', 'running', 'none', undefined],
      ])
      expect(events.map(({ resource }) => resource)).toContain(`Container ${name}-web-1`)
      expect(await leftOf()).toEqual([3, 2, 1])
      expect(ids(await up())).toEqual(ids(first))
      expect(ids(await runtime.composePs(project))).toEqual(ids(first))
      expect((await runtime.findComposeContainer(project, 'web'))?.containerId).toBe(ids(first)['web'])
      for (const service of ['seed', 'debug', 'nobody'])
        expect(await runtime.findComposeContainer(project, service)).toBeUndefined()
      await runtime.composeDown(project)
      expect(await leftOf()).toEqual([0, 0, 1])
      await runtime.composeDown(project)
      await runtime.composeDown(project, { removeVolumes: true })
      expect(await leftOf()).toEqual([0, 0, 0])
      expect(await runtime.composePs(project)).toEqual([])
    })

    it('recreates what has changed, and nothing where that is not wanted', { timeout: deadlineMs }, async () => {
      const first = ids(await up())
      await write('override.yaml', override)
      const changed = { ...project, files: ['compose.yaml', 'override.yaml'] }
      const kept = ids(await runtime.composeUp(changed, { noRecreate: true }))
      expect([kept['web'], kept['store']]).toEqual([first['web'], first['store']])
      const second = ids(await runtime.composeUp(changed))
      expect(second['store']).toBe(first['store'])
      expect(second['web']).not.toBe(first['web'])
      const { env } = await runtime.inspectContainer(second['web'] ?? '')
      expect(env['GREETING']).toBe('overridden')
    })

    it('resolves the model: variables, files in order, profiles', { timeout: deadlineMs }, async () => {
      await write('override.yaml', override)
      await write('more.env', 'GREETING=ahoy\n')
      const plain = await runtime.composeConfig({ ...project, envFiles: ['more.env'] })
      expect(plain.name).toBe(name)
      expect(Object.keys(plain.services).toSorted()).toEqual(['seed', 'store', 'web'])
      expect(Object(plain.services['web'])['environment']).toEqual({ GREETING: 'ahoy' })
      expect([Object.keys(plain.networks).toSorted(), Object.keys(plain.volumes)]).toEqual([
        ['back', 'front'],
        ['data'],
      ])
      const more = { ...project, files: ['compose.yaml', 'override.yaml'], profiles: ['debugging'] }
      const model = await runtime.composeConfig(more)
      expect(Object.keys(model.services)).toContain('debug')
      expect(Object(model.services['web'])['environment']).toEqual({ GREETING: 'overridden' })
    })

    it('a down finds what came of a profile, without the files too', { timeout: deadlineMs }, async () => {
      const [debug] = await runtime.composeUp(project, { services: ['debug'], wait: true })
      expect(debug?.status).toBe('running')
      expect(await leftOf()).toEqual([1, 2, 1])
      await runtime.composeDown({ projectName: name })
      expect(await leftOf()).toEqual([0, 0, 1])
    })

    it('tells logs by service', { timeout: deadlineMs }, async () => {
      await up()
      const lines: string[] = []
      for await (const { service, text } of runtime.composeLogs(project)) lines.push(`${service}: ${text}`)
      expect(lines.toSorted()).toEqual(['store: stored', 'web: serving hello'])
      const followed: string[] = []
      for await (const { text } of runtime.composeLogs(project, { services: ['web'], follow: true })) {
        followed.push(text)
        break
      }
      expect(followed).toEqual(['serving hello'])
    })

    it('builds', { timeout: deadlineMs }, async () => {
      await mkdir(`${folder}/app`)
      await writeFile(`${folder}/app/Dockerfile`, `FROM ${image}\nRUN echo built >/made\nCMD ["cat", "/made"]\n`)
      await write('compose.yaml', `name: ${name}\nservices: { app: { build: ./app } }\n`)
      const [app] = await up({ build: 'always' })
      expect([app?.service, app?.exitCode]).toEqual(['app', 0])
      const lines: string[] = []
      for await (const { text } of runtime.composeLogs(project)) lines.push(text)
      expect(lines).toEqual(['built'])
      await writeFile(`${folder}/app/Dockerfile`, `FROM ${image}\nRUN exit 7\n`)
      expect((await failureOf(up({ build: 'always' }))).details.kind).toMatch(/build|other/)
      await runtime.composeDown(project, { removeImages: 'local' })
      expect(await runtime.listImages({ reference: `${name}-app` })).toEqual([])
    })

    describe('that goes wrong', () => {
      it.each<readonly [string, string, string, RegExp]>([
        ['YAML that is none', 'services: [', 'invalid-file', /yaml/],
        ['a field that nobody knows', 'services: { web: { imaeg: x } }', 'invalid-file', /imaeg/],
        [
          'a cycle',
          'services: { a: { image: x, depends_on: [b] }, b: { image: x, depends_on: [a] } }',
          'dependency-cycle',
          /a -> b -> a|b -> a -> b/,
        ],
        [
          'a variable that is missing',
          'services: { web: { image: "${NO_SUCH:?say it}" } }',
          'missing-variable',
          /NO_SUCH/,
        ],
      ])('%s is told in compose’s own words', { timeout: deadlineMs }, async (_, text, kind, words) => {
        await write('compose.yaml', text)
        const error = await failureOf(runtime.composeUp(project))
        expect(error.details.kind).toBe(kind)
        expect(error.message).toMatch(words)
      })

      it(
        'a file that is missing, a service that nobody knows, an option in disguise',
        { timeout: deadlineMs },
        async () => {
          const missing = await failureOf(runtime.composeUp({ ...project, files: ['no-such.yaml'] }))
          expect(missing.details.kind).toBe('missing-file')
          expect(missing.message).toContain('no-such.yaml')
          expect((await failureOf(runtime.composeUp(project, { services: ['nobody'] }))).details.kind).toBe(
            'unknown-service',
          )
          const disguised = await failureOf(runtime.composeUp(project, { services: ['--help'] }))
          expect(disguised.details.kind).toBe('unknown-service')
          expect((await failureOf(runtime.composeConfig({ ...project, files: ['-'] }))).details.kind).toBe(
            'missing-file',
          )
          await expect(runtime.composeConfig({ projectName: '--help' })).rejects.toMatchObject({
            code: 'INVALID_ARGUMENT',
          })
        },
      )

      it('a service that is never healthy is named at the deadline', { timeout: deadlineMs }, async () => {
        const sick = `name: ${name}
services:
  sick: { image: ${image}, command: sleep 1000, stop_grace_period: 0s, healthcheck: { test: [CMD, "false"], interval: 500ms, retries: 1000 } }
`
        await write('compose.yaml', sick)
        const error = await failureOf(up({ waitTimeoutMs: 3000 }))
        expect(error.details).toMatchObject({ kind: 'timeout', service: 'sick' })
        await write('compose.yaml', sick.replace('1000 } }', '2 } }'))
        expect((await failureOf(up())).details).toMatchObject({ kind: 'unhealthy', service: 'sick' })
      })

      it('a job that fails is named, and volumes stay', { timeout: deadlineMs }, async () => {
        await write(
          'compose.yaml',
          `name: ${name}\nservices: { job: { image: ${image}, command: "sh -c 'exit 3'", volumes: ["data:/data"] } }\nvolumes: { data: {} }\n`,
        )
        const error = await failureOf(up())
        expect(error.details).toMatchObject({ kind: 'job-failed', service: 'job' })
        expect(error.message).toContain('3')
        expect((await leftOf())[2]).toBe(1)
      })

      it('an abort ends it at once, and what was made is found by its project', { timeout: deadlineMs }, async () => {
        const controller = new AbortController()
        await write('compose.yaml', compose(image).replace('touch /tmp/up', 'true'))
        const coming = up({ signal: controller.signal })
        coming.catch(() => undefined)
        const deadline = AbortSignal.timeout(soonMs)
        while ((await leftOf())[0] === 0 && !deadline.aborted) await pause(50)
        const reason = new Error('enough')
        const abortedAt = performance.now()
        controller.abort(reason)
        await expect(coming).rejects.toBe(reason)
        expect(performance.now() - abortedAt).toBeLessThan(1000)
        await runtime.composeDown({ projectName: name })
        expect((await leftOf()).slice(0, 2)).toEqual([0, 0])
      })
    })
  })
}
