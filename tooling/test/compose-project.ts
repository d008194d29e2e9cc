import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { RuntimeError, type ComposeProject, type ComposeService, type Runtime } from '@moorage/runtime-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { useComposeTools } from './compose-tools.ts'
import type { EngineUnderTest } from './engine-under-test.ts'

/** For a test that brings a project up. */
export const deadlineMs = 180_000
export const soonMs = 60_000
const label = 'com.docker.compose.project'

/** Three services, a gate on health, a gate on a job, a volume, two networks, a profile, a variable. */
export const compose = (image: string): string => `
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

export const override = `
services:
  web:
    environment: { GREETING: overridden }
`

/** A project of its own in a folder of its own for every test, which is taken down after it. */
export interface ComposeUnderTest {
  readonly runtime: Runtime
  readonly folder: string
  readonly name: string
  readonly project: ComposeProject
  /** A file of the project's folder. */
  readonly write: (file: string, text: string) => Promise<void>
  /** Up, and waited for. */
  readonly up: (options?: Parameters<Runtime['composeUp']>[1]) => Promise<readonly ComposeService[]>
  /** How many containers, networks and volumes the project has. */
  readonly leftOf: () => Promise<readonly number[]>
}

export function useComposeProject({ open, image }: EngineUnderTest): ComposeUnderTest {
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
    project = { workingDirectory: folder, env: { NAME: name } }
    await write('compose.yaml', compose(image))
  })
  afterEach(async () => {
    await runtime.composeDown({ projectName: name }, { removeVolumes: true, removeOrphans: true, timeoutMs: 0 })
    await rm(folder, { recursive: true })
  })
  const write = (file: string, text: string): Promise<void> => writeFile(`${folder}/${file}`, text)
  return {
    get runtime() {
      return runtime
    },
    get folder() {
      return folder
    },
    get name() {
      return name
    },
    get project() {
      return project
    },
    write,
    up: (more = {}) => runtime.composeUp(project, { wait: true, waitTimeoutMs: soonMs, ...more }),
    async leftOf() {
      const labels = { [label]: name }
      const all = [
        runtime.listContainers({ labels }),
        runtime.listNetworks({ labels }),
        runtime.listVolumes({ labels }),
      ]
      return (await Promise.all(all)).map(({ length }) => length)
    },
  }
}

export const ids = (services: readonly ComposeService[]): Readonly<Record<string, string>> =>
  Object.fromEntries(services.map(({ service, containerId }) => [service, containerId]))

export async function composeFailure(work: Promise<unknown>): Promise<RuntimeError<'COMPOSE_FAILED'>> {
  const error: unknown = await work.catch((reason: unknown) => reason)
  if (!RuntimeError.is(error, 'COMPOSE_FAILED')) throw error
  return error
}
