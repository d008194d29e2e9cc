import { mkdir, writeFile } from 'node:fs/promises'
import type { ComposeEvent } from '@moorage/runtime-core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { composeCallsTakeTurns } from './compose-calls.ts'
import { composeDownTakesItsOwn } from './compose-down.ts'
import { composeFailures } from './compose-failures.ts'
import { composeFailure, deadlineMs, ids, override, useComposeProject } from './compose-project.ts'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'

export async function composeOnEngine(options: EngineUnderTestOptions): Promise<void> {
  await describeOnEngine(options, (engine) => {
    const { image } = engine
    const at = useComposeProject(engine)

    it('says which compose it found', async () => {
      expect((await at.runtime.info()).composeVersion).toMatch(/^2\.\d+/)
    })

    it('goes by its options, and not by what the environment says of projects', { timeout: deadlineMs }, async () => {
      const said = { FILE: '/no/such.yaml', PROJECT_NAME: 'astray', PROFILES: 'debugging', ENV_FILES: '/no/such.env' }
      for (const [variable, value] of Object.entries(said)) vi.stubEnv(`COMPOSE_${variable}`, value)
      onTestFinished(() => void vi.unstubAllEnvs())
      const elsewhere = { ...at.project.env, DOCKER_TLS_VERIFY: '1', DOCKER_CONTEXT: 'no-such' }
      const model = await at.runtime.composeConfig({ ...at.project, env: elsewhere })
      expect([model.name, Object.keys(model.services).toSorted()]).toEqual([at.name, ['seed', 'store', 'web']])
    })

    it('brings a project up, tells of it, and takes it down', { timeout: deadlineMs }, async () => {
      const events: ComposeEvent[] = []
      const first = await at.up({ onEvent: (event) => events.push(event) })
      expect(first.map(({ service, status, health, exitCode }) => [service, status, health, exitCode])).toEqual([
        ['seed', 'exited', 'none', 0],
        ['store', 'running', 'healthy', undefined],
        ['web', 'running', 'none', undefined],
      ])
      expect(events.map(({ resource }) => resource)).toContain(`Container ${at.name}-web-1`)
      expect(await at.leftOf()).toEqual([3, 2, 1])
      expect(ids(await at.up())).toEqual(ids(first))
      expect(ids(await at.runtime.composePs(at.project))).toEqual(ids(first))
      expect((await at.runtime.findComposeContainer(at.project, 'web'))?.containerId).toBe(ids(first)['web'])
      for (const service of ['seed', 'debug', 'nobody'])
        expect(await at.runtime.findComposeContainer(at.project, service)).toBeUndefined()
      await at.runtime.composeDown(at.project)
      expect(await at.leftOf()).toEqual([0, 0, 1])
      await at.runtime.composeDown(at.project)
      await at.runtime.composeDown(at.project, { removeVolumes: true })
      expect(await at.leftOf()).toEqual([0, 0, 0])
      expect(await at.runtime.composePs(at.project)).toEqual([])
    })

    it('recreates what has changed, and nothing where that is not wanted', { timeout: deadlineMs }, async () => {
      const first = ids(await at.up())
      await at.write('override.yaml', override)
      const changed = { ...at.project, files: ['compose.yaml', 'override.yaml'] }
      const kept = ids(await at.runtime.composeUp(changed, { noRecreate: true }))
      expect([kept['web'], kept['store']]).toEqual([first['web'], first['store']])
      const second = ids(await at.runtime.composeUp(changed))
      expect(second['store']).toBe(first['store'])
      expect(second['web']).not.toBe(first['web'])
      const { env } = await at.runtime.inspectContainer(second['web'] ?? '')
      expect(env['GREETING']).toBe('overridden')
    })

    it('resolves the model: variables, files in order, profiles', { timeout: deadlineMs }, async () => {
      await at.write('override.yaml', override)
      await at.write('more.env', 'GREETING=ahoy\n')
      const plain = await at.runtime.composeConfig({ ...at.project, envFiles: ['more.env'] })
      expect(plain.name).toBe(at.name)
      expect(Object.keys(plain.services).toSorted()).toEqual(['seed', 'store', 'web'])
      expect(Object(plain.services['web'])['environment']).toEqual({ GREETING: 'ahoy' })
      expect([Object.keys(plain.networks).toSorted(), Object.keys(plain.volumes)]).toEqual([
        ['back', 'front'],
        ['data'],
      ])
      const more = { ...at.project, files: ['compose.yaml', 'override.yaml'], profiles: ['debugging'] }
      const model = await at.runtime.composeConfig(more)
      expect(Object.keys(model.services)).toContain('debug')
      expect(Object(model.services['web'])['environment']).toEqual({ GREETING: 'overridden' })
    })

    it('a down finds what came of a profile, without the files too', { timeout: deadlineMs }, async () => {
      const [debug] = await at.runtime.composeUp(at.project, { services: ['debug'], wait: true })
      expect(debug?.status).toBe('running')
      expect(await at.leftOf()).toEqual([1, 2, 1])
      await at.runtime.composeDown({ projectName: at.name })
      expect(await at.leftOf()).toEqual([0, 0, 1])
    })

    it('tells logs by service', { timeout: deadlineMs }, async () => {
      await at.up()
      const lines: string[] = []
      for await (const { service, text } of at.runtime.composeLogs(at.project)) lines.push(`${service}: ${text}`)
      expect(lines.toSorted()).toEqual(['store: stored', 'web: serving hello'])
      const followed: string[] = []
      for await (const { text } of at.runtime.composeLogs(at.project, { services: ['web'], follow: true })) {
        followed.push(text)
        break
      }
      expect(followed).toEqual(['serving hello'])
    })

    it('builds', { timeout: deadlineMs }, async () => {
      await mkdir(`${at.folder}/app`)
      await writeFile(`${at.folder}/app/Dockerfile`, `FROM ${image}\nRUN echo built >/made\nCMD ["cat", "/made"]\n`)
      await at.write('compose.yaml', `name: ${at.name}\nservices: { app: { build: ./app } }\n`)
      const [app] = await at.up({ build: 'always' })
      expect([app?.service, app?.exitCode]).toEqual(['app', 0])
      const lines: string[] = []
      for await (const { text } of at.runtime.composeLogs(at.project)) lines.push(text)
      expect(lines).toEqual(['built'])
      await writeFile(`${at.folder}/app/Dockerfile`, `FROM ${image}\nRUN exit 7\n`)
      expect((await composeFailure(at.up({ build: 'always' }))).details.kind).toBe('build')
      await at.runtime.composeDown(at.project, { removeImages: 'local' })
      expect(await at.runtime.listImages({ reference: `${at.name}-app` })).toEqual([])
    })

    describe('that goes down', () => composeDownTakesItsOwn(at, image))
    describe('that goes wrong', () => composeFailures(at, image))
    describe('several calls of which', () => composeCallsTakeTurns(at, image))
  })
}
