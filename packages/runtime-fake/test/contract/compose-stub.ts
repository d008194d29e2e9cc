import { access, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  logLines,
  RuntimeError,
  streamFrom,
  type ComposeFailureKind,
  type ComposeLogLine,
  type ComposeModel,
  type ComposeProject,
  type ComposeService,
  type Runtime,
} from '@moorage/runtime-core'

interface Service {
  readonly image: string
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly volumes?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly profiles?: readonly string[]
  readonly env_file?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[]; readonly retries: number }
}

interface Project {
  readonly name: string
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly labels: Readonly<Record<string, string>> }>>
  readonly volumes: Readonly<
    Record<string, { readonly labels: Readonly<Record<string, string>>; readonly external?: boolean }>
  >
}

const label = { project: 'stub.project', service: 'stub.service', made: 'stub.made', folder: 'stub.folder' } as const

/**
 * The fake, with as much of compose as the contract's own projects ask for: so that its cases about compose can be shown to
 * fail. It is no orchestrator.
 */
export function withCompose(runtime: Runtime): Runtime {
  const services = async (name: string): Promise<readonly ComposeService[]> => {
    const listed = await runtime.listContainers({ labels: { [label.project]: name } })
    const found = await Promise.all(listed.map(({ id }) => runtime.inspectContainer(id)))
    const told = found.map(({ id, labels, name: containerName, status, health, exitCode, ports }) => ({
      service: labels[label.service] ?? '',
      containerId: id,
      containerName,
      status,
      health,
      ...(exitCode !== undefined && { exitCode }),
      ports,
    }))
    return told.toSorted((one, other) => (one.service < other.service ? -1 : 1))
  }
  const nameOf = (project: ComposeProject): string => project.projectName ?? ''

  return {
    ...runtime,
    capabilities: { ...runtime.capabilities, compose: true },
    composePs: (project) => services(nameOf(project)),
    composeConfig: async (project) => undoubled(await read(project)) as unknown as ComposeModel,
    async findComposeContainer(project, service) {
      return (await services(nameOf(project))).find((one) => one.service === service && one.status === 'running')
    },
    composeLogs(project, { services: wanted = [], tail } = {}) {
      async function* lines(): AsyncGenerator<ComposeLogLine, undefined> {
        for (const { service, containerId, containerName } of await services(nameOf(project))) {
          if (wanted.length > 0 && !wanted.includes(service)) continue
          const logs = runtime.containerLogs(containerId, { ...(tail !== undefined && { tail }) })
          for await (const { text } of logLines(logs)) yield { service, containerName, text }
        }
      }
      return streamFrom(lines())
    },
    async composeDown(given, { removeVolumes = false, removeOrphans = false } = {}) {
      const project = given.files === undefined ? undefined : await readEveryProfile(given)
      const labels = { [label.project]: nameOf(given) }
      for (const { id, labels: own } of await runtime.listContainers({ labels })) {
        const isNamed = project?.services[own[label.service] ?? ''] !== undefined || removeOrphans
        const isOfFolder = own[label.folder] === given.workingDirectory
        if (project === undefined || (isNamed && isOfFolder)) await runtime.removeContainer(id, { force: true })
      }
      const isOwn = (resources: Project['networks'] | Project['volumes'] | undefined, name: string): boolean =>
        resources === undefined ||
        Object.entries(resources).some(
          ([key, spec]) => name === `${nameOf(given)}_${key}` && !('external' in spec && spec.external === true),
        )
      for (const { id, name } of await runtime.listNetworks({ labels }))
        if (isOwn(project?.networks, name)) await runtime.removeNetwork(id).catch(unless('NETWORK_IN_USE'))
      if (!removeVolumes) return
      for (const { name } of await runtime.listVolumes({ labels }))
        if (isOwn(project?.volumes, name)) await runtime.removeVolume(name).catch(unless('VOLUME_IN_USE'))
    },
    async composeUp(given, { services: wanted = [], noRecreate = false, wait = false, waitTimeoutMs, signal } = {}) {
      const project = await read(given)
      const unknown = wanted.find((name) => project.services[name] === undefined)
      if (unknown !== undefined) throw failed('unknown-service', unknown)
      for (const [name, { labels }] of Object.entries(project.networks))
        await runtime.createNetwork({
          name: `${project.name}_${name}`,
          labels: { ...labels, [label.project]: project.name },
        })
      for (const [name, { labels, external = false }] of Object.entries(project.volumes))
        if (!external)
          await runtime.createVolume({
            name: `${project.name}_${name}`,
            labels: { ...labels, [label.project]: project.name },
          })
      for (const name of wanted.length > 0 ? wanted : Object.keys(project.services)) await bring(name)
      if (wait) await untilReady()
      return services(project.name)

      async function bring(name: string): Promise<void> {
        const spec = project.services[name]
        if (spec === undefined) return
        for (const [needed, { condition }] of Object.entries(spec.depends_on ?? {})) {
          await bring(needed)
          const { containerId = '' } = (await services(project.name)).find(({ service }) => service === needed) ?? {}
          if (condition !== 'service_completed_successfully') continue
          const { exitCode } = await runtime.waitContainer(containerId, signal === undefined ? {} : { signal })
          if (exitCode !== 0) throw failed('job-failed', needed)
        }
        const made = JSON.stringify(spec)
        const own = { [label.project]: project.name, [label.service]: name }
        const folder = { [label.folder]: given.workingDirectory ?? '' }
        const known = await runtime.findContainer({ labels: own })
        if (known !== undefined && (noRecreate || known.labels[label.made] === made)) return
        if (known !== undefined) await runtime.removeContainer(known.id, { force: true })
        await runtime.runContainer({
          name: `${project.name}-${name}-1`,
          image: spec.image,
          command: spec.command.map((word) => word.replaceAll('$$', '$')),
          env: undoubled(spec.environment ?? {}),
          labels: { ...spec.labels, ...own, ...folder, [label.made]: made },
          networks: [{ network: `${project.name}_default` }],
          mounts: (spec.volumes ?? []).map((volume) => {
            const [source, target = ''] = volume.split(':')
            return { type: 'volume', source: `${project.name}_${source}`, target } as const
          }),
          ...(spec.healthcheck && {
            healthcheck: { test: spec.healthcheck.test.slice(1), intervalMs: 1000, retries: spec.healthcheck.retries },
          }),
        })
      }

      async function untilReady(): Promise<void> {
        const rounds = Math.min(waitTimeoutMs ?? 5000, 5000) / 100
        let late = ''
        for (let round = 0; round < rounds; round += 1) {
          const all = await services(project.name)
          const bad = all.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0)
          if (bad !== undefined) throw failed('job-failed', bad.service)
          const waiting = all.find(
            ({ status, health }) => health === 'starting' || (status !== 'running' && status !== 'exited'),
          )
          if (waiting === undefined) return
          late = waiting.service
          await new Promise((resolvePause) => setTimeout(resolvePause, 5))
        }
        throw failed('timeout', late)
      }
    },
  }
}

/** With one dollar for two. */
function undoubled<T>(model: T): T {
  return JSON.parse(JSON.stringify(model).replaceAll('$$', '$')) as T
}

function unless(code: 'NETWORK_IN_USE' | 'VOLUME_IN_USE'): (error: unknown) => void {
  return (error) => {
    if (!RuntimeError.is(error, code)) throw error
  }
}

async function readEveryProfile(project: ComposeProject): Promise<Project> {
  const { services } = await readAll(project)
  return read({ ...project, profiles: Object.values(services).flatMap(({ profiles = [] }) => profiles) })
}

/** The files merged, with variables filled in. */
async function readAll({
  files = [],
  workingDirectory = '.',
  env = {},
  projectName = '',
}: ComposeProject): Promise<Project> {
  let merged: Project = { name: projectName, services: {}, networks: {}, volumes: {} }
  for (const file of files) {
    const text = await readFile(resolve(workingDirectory, file), 'utf8').catch(() => {
      throw failed('missing-file', file, { files: [resolve(workingDirectory, file)] })
    })
    const {
      services = {},
      networks = {},
      volumes = {},
    } = parse(
      text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? ''),
      resolve(workingDirectory, file),
    )
    const all = Object.entries(services).map(([name, spec]) => {
      const before = merged.services[name]
      return [name, { ...before, ...spec, environment: { ...before?.environment, ...spec.environment } }] as const
    })
    merged = {
      name: projectName,
      services: { ...merged.services, ...Object.fromEntries(all) },
      networks: { ...merged.networks, ...networks },
      volumes: { ...merged.volumes, ...volumes },
    }
  }
  return merged
}

/** Those of the enabled services. */
async function read({ profiles = [], ...project }: ComposeProject): Promise<Project> {
  const merged = await readAll(project)
  const all = Object.entries(merged.services)
  const unknown = profiles.find((profile) => !all.some(([, spec]) => spec.profiles?.includes(profile)))
  if (unknown !== undefined) throw failed('unknown-profile', unknown, { profile: unknown })
  const enabled = all.filter(([, spec]) => spec.profiles?.some((profile) => profiles.includes(profile)) ?? true)
  for (const file of enabled.flatMap(([, { env_file: envFiles = [] }]) => envFiles))
    await access(resolve(project.workingDirectory ?? '.', file)).catch(() => {
      throw failed('missing-file', file, { files: [file] })
    })
  return { ...merged, services: Object.fromEntries(enabled) }
}

function parse(text: string, file: string): Partial<Project> {
  try {
    return JSON.parse(text) as Partial<Project>
  } catch {
    throw failed('invalid-file', text, { files: [file] })
  }
}

function failed(
  kind: ComposeFailureKind,
  what: string,
  about: { readonly service?: string; readonly profile?: string; readonly files?: readonly string[] } = {
    service: what,
  },
): RuntimeError<'COMPOSE_FAILED'> {
  return new RuntimeError('COMPOSE_FAILED', {
    message: `composeUp: ${kind}: ${what}.`,
    operation: 'composeUp',
    details: { kind, arguments: [], lastLines: [], ...about },
  })
}
