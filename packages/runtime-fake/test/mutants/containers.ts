import { operationLabel, type ContainerDetails, type ContainerSpec, type ContainerSummary } from '@moorage/runtime-core'
import { around, failure, instead, mutant, type Mutant } from './mutant.ts'

/** Something of the spec is dropped. */
function drops(field: keyof ContainerSpec, ...breaks: readonly string[]): Mutant {
  return mutant(`createContainer drops ${field}`, breaks, (runtime) => ({
    createContainer: (spec, options) => {
      const { [field]: _dropped, ...rest } = spec
      return runtime.createContainer(rest as ContainerSpec, options)
    },
  }))
}

/** Inspect tells something else. */
function tells(
  name: string,
  change: (details: ContainerDetails) => Partial<ContainerDetails>,
  ...breaks: string[]
): Mutant {
  return mutant(name, breaks, (runtime) => ({
    inspectContainer: async (id, options) => {
      const details = await runtime.inspectContainer(id, options)
      return { ...details, ...change(details) }
    },
  }))
}

/** A list is changed after the engine has answered. */
function lists(
  name: string,
  breaks: readonly string[],
  change: (rows: readonly ContainerSummary[]) => readonly ContainerSummary[],
): Mutant {
  return mutant(name, breaks, (runtime) => {
    const listContainers: typeof runtime.listContainers = async (filter, options) =>
      change(await runtime.listContainers(filter, options))
    return { listContainers, findContainer: async (filter, options) => (await listContainers(filter, options))[0] }
  })
}

export const containerMutants: readonly Mutant[] = [
  mutant(
    'the first exit code of a name, and of a container, is kept',
    ['containers/wait/remembers-the-latest-holder-of-a-name', 'containers/wait/remembers-the-last-exit'],
    (runtime) => {
      const firsts = new Map<string, Promise<{ readonly exitCode: number }>>()
      return {
        startContainer: async (id, options) => {
          const { name } = await runtime.inspectContainer(id)
          const exit = runtime.waitContainer(id, { condition: 'next-exit' })
          exit.catch(() => undefined)
          for (const key of [id, name]) if (!firsts.has(key)) firsts.set(key, exit)
          await runtime.startContainer(id, options)
        },
        waitContainer: (id, options) => firsts.get(id) ?? runtime.waitContainer(id, options),
      }
    },
  ),
  mutant('a next exit that never comes is 0', ['containers/wait/for-the-next-exit-of-what-is-removed'], (runtime) => ({
    waitContainer: (id, options) =>
      runtime.waitContainer(id, options).catch((error: unknown) => {
        if (options?.condition !== 'next-exit') throw error
        return { exitCode: 0 }
      }),
  })),
  mutant(
    'ports are published on every address',
    ['containers/start/publishes-on-the-host-address-alone'],
    (runtime) => ({
      createContainer: ({ ports, ...spec }, options) =>
        runtime.createContainer(
          { ...spec, ...(ports && { ports: ports.map(({ hostAddress: _address, ...port }) => port) }) },
          options,
        ),
    }),
  ),
  mutant('createContainer starts', ['containers/create/does-not-start'], (runtime) => ({
    createContainer: runtime.runContainer,
  })),
  drops('name', 'containers/create/takes-the-name-or-chooses-one'),
  drops('networks', 'containers/create/refuses-a-missing-network'),
  drops('mounts', 'containers/create/refuses-a-bind-whose-source-is-missing'),
  drops('pullPolicy', 'containers/create/pulls-when-it-is-told-to'),
  drops('env', 'containers/create/gives-the-process-its-environment-user-directory-and-name'),
  drops('entrypoint', 'containers/create/takes-an-entrypoint-before-the-command'),
  drops('stopSignal', 'containers/stop/sends-the-stop-signal-of-the-container'),
  drops('restart', 'changes/restart-policy/starts-again-as-often-as-it-says'),
  drops('healthcheck', 'containers/health/turns-healthy'),
  mutant('a name conflict names nobody', ['containers/create/refuses-a-name-that-is-taken'], (runtime) => ({
    createContainer: (spec, options) =>
      runtime.createContainer(spec, options).catch(() => {
        throw failure('NAME_CONFLICT', { name: spec.name })
      }),
  })),
  mutant('a missing image is the engine’s failure', ['containers/create/refuses-a-missing-image'], (runtime) =>
    around(runtime, 'createContainer', instead('IMAGE_NOT_FOUND', 'ENGINE_ERROR')),
  ),
  tells(
    'inspect trims labels',
    ({ labels }) => ({ labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, value.trim()])) }),
    'containers/create/keeps-labels-as-they-are',
  ),
  tells(
    'the operation label is missing',
    ({ labels: { [operationLabel]: _dropped, ...labels } }) => ({ labels }),
    'containers/create/adds-the-operation-label',
  ),
  tells('inspect forgets the terminal', () => ({ tty: false }), 'containers/inspect/tells-what-was-asked-for'),
  tells('no health is told', () => ({ health: 'healthy' }), 'containers/health/is-none-without-a-check'),
  tells('no port is told', () => ({ ports: [] }), 'containers/start/has-published-its-ports'),
  mutant('inspect knows ids only', ['containers/inspect/finds-by-id-and-name-only'], (runtime) => ({
    inspectContainer: async (id, options) => {
      const details = await runtime.inspectContainer(id, options)
      if (!details.id.startsWith(id)) throw failure('CONTAINER_NOT_FOUND')
      return details
    },
  })),
  mutant('runContainer only creates', ['containers/run/creates-and-starts'], (runtime) => ({
    runContainer: runtime.createContainer,
  })),
  mutant('runContainer leaves what could not start', ['containers/run/removes-what-could-not-start'], (runtime) => ({
    runContainer: async (spec, options) => {
      const created = await runtime.createContainer(spec, options)
      await runtime.startContainer(created.id, options)
      return created
    },
  })),
  mutant('a start of what runs fails', ['containers/start/running-is-a-no-op'], (runtime) => ({
    startContainer: async (id, options) => {
      if ((await runtime.inspectContainer(id)).status === 'running') throw failure('ENGINE_ERROR')
      await runtime.startContainer(id, options)
    },
  })),
  mutant(
    'a start expects the process to stay',
    ['containers/start/a-job-that-ends-at-once-is-no-error'],
    (runtime) => ({
      startContainer: async (id, options) => {
        await runtime.startContainer(id, options)
        await new Promise((resolve) => setTimeout(resolve, 5))
        if ((await runtime.inspectContainer(id)).status !== 'running') throw failure('CONTAINER_START_FAILED')
      },
    }),
  ),
  mutant('a container starts once', ['containers/start/starts-again-what-has-exited'], (runtime) => ({
    startContainer: async (id, options) => {
      if ((await runtime.inspectContainer(id)).status === 'exited') throw failure('ENGINE_ERROR')
      await runtime.startContainer(id, options)
    },
  })),
  mutant('every failed start is `other`', ['containers/start/says-why-a-process-cannot-start'], (runtime) => ({
    startContainer: (id, options) =>
      runtime.startContainer(id, options).catch(() => {
        throw failure('CONTAINER_START_FAILED', { reason: 'other' })
      }),
  })),
  mutant('a taken port is the engine’s failure', ['containers/start/refuses-a-host-port-that-is-taken'], (runtime) =>
    around(runtime, 'startContainer', instead('PORT_IN_USE', 'ENGINE_ERROR')),
  ),
  mutant('a stop of what does not run fails', ['containers/stop/stopped-or-never-started-is-a-no-op'], (runtime) => ({
    stopContainer: async (id, options) => {
      if ((await runtime.inspectContainer(id)).status !== 'running') throw failure('CONTAINER_NOT_RUNNING')
      await runtime.stopContainer(id, options)
    },
  })),
  mutant(
    'a stop is a kill',
    ['containers/stop/lets-the-process-end-by-itself', 'containers/stop/sends-the-stop-signal-of-the-container'],
    (runtime) => ({ stopContainer: (id, options) => runtime.stopContainer(id, { ...options, timeoutMs: 0 }) }),
  ),
  mutant('a stop does not wait', ['containers/stop/kills-after-the-timeout'], (runtime) => ({
    stopContainer: (id) => runtime.killContainer(id, { killSignal: 'SIGTERM' }),
  })),
  mutant('a stop always gives time', ['containers/stop/kills-at-once-with-no-time'], (runtime) => ({
    stopContainer: (id) => runtime.stopContainer(id),
  })),
  mutant('a stop refuses what is paused', ['containers/stop/stops-what-is-paused'], (runtime) => ({
    stopContainer: async (id, options) => {
      if ((await runtime.inspectContainer(id)).status === 'paused') throw failure('ENGINE_ERROR')
      await runtime.stopContainer(id, options)
    },
  })),
  mutant('a kill is a request', ['containers/kill/has-killed-when-it-resolves'], (runtime) => ({
    killContainer: (id) => runtime.killContainer(id, { killSignal: 'SIGTERM' }),
  })),
  mutant('every signal is SIGKILL', ['containers/kill/delivers-another-signal'], (runtime) => ({
    killContainer: (id) => runtime.killContainer(id),
  })),
  mutant('a kill of what does not run is no error', ['containers/kill/refuses-what-does-not-run'], (runtime) =>
    around(runtime, 'killContainer', instead('CONTAINER_NOT_RUNNING', 'success')),
  ),
  mutant(
    'every exit code is 0',
    [
      'containers/wait/answers-the-exit-code',
      'containers/wait/answers-at-once-for-what-has-exited',
      'containers/wait/for-the-next-exit',
      'containers/wait/until-it-is-removed',
      'containers/wait/remembers-what-removed-itself',
    ],
    (runtime) => ({
      waitContainer: async (id, options) => {
        await runtime.waitContainer(id, options)
        return { exitCode: 0 }
      },
    }),
  ),
  mutant('what was never started has ended with 0', ['containers/wait/refuses-what-was-never-started'], (runtime) => ({
    waitContainer: (id, options) => runtime.waitContainer(id, options).catch(() => ({ exitCode: 0 })),
  })),
  mutant(
    'a wait knows no conditions',
    ['containers/wait/for-the-next-exit', 'containers/wait/until-it-is-removed'],
    (runtime) => ({ waitContainer: (id) => runtime.waitContainer(id) }),
  ),
  mutant('a removed container is forgotten', ['containers/wait/remembers-what-removed-itself'], (runtime) => ({
    waitContainer: async (id, options) => {
      await runtime.inspectContainer(id)
      return runtime.waitContainer(id, options)
    },
  })),
  mutant('a remove does not wait', ['containers/remove/frees-the-name'], (runtime) => ({
    removeContainer: async (id, options) => {
      setTimeout(() => {
        runtime.removeContainer(id, options).catch(() => undefined)
      }, 250)
    },
  })),
  mutant('every remove is forced', ['containers/remove/refuses-what-runs'], (runtime) => ({
    removeContainer: (id, options) => runtime.removeContainer(id, { ...options, force: true }),
  })),
  mutant(
    'only the first of several removes resolves',
    ['containers/remove/all-resolve-that-remove-at-once'],
    (runtime) => {
      const underWay = new Set<string>()
      return {
        removeContainer: async (id, options) => {
          if (underWay.has(id)) throw failure('CONTAINER_NOT_FOUND')
          underWay.add(id)
          await runtime.removeContainer(id, options).finally(() => underWay.delete(id))
        },
      }
    },
  ),
  mutant('a missing container is never an error', ['containers/remove/missing-is-the-caller-s-choice'], (runtime) => ({
    removeContainer: (id, options) => runtime.removeContainer(id, { ...options, missing: 'ignore' }),
  })),
  mutant('anonymous volumes stay', ['containers/remove/takes-anonymous-volumes-along'], (runtime) => ({
    removeContainer: (id, options) => runtime.removeContainer(id, { ...options, removeVolumes: false }),
  })),
  lists('stopped containers are not listed', ['containers/list/includes-stopped-ones-newest-first'], (rows) =>
    rows.filter(({ status }) => status === 'running'),
  ),
  lists(
    'the oldest comes first',
    ['containers/list/includes-stopped-ones-newest-first', 'containers/find/answers-the-newest-or-nothing'],
    (rows) => rows.toReversed(),
  ),
  mutant('an empty value matches every value', ['containers/list/matches-labels-exactly'], (runtime) => ({
    listContainers: (filter = {}, options) => {
      const filled = Object.entries(filter.labels ?? {}).filter(([, value]) => value !== '')
      return runtime.listContainers({ ...filter, labels: Object.fromEntries(filled) }, options)
    },
  })),
  mutant('a name matches what begins with it', ['containers/list/matches-whole-names'], (runtime) => ({
    listContainers: async ({ name = '', ...filter } = {}, options) =>
      (await runtime.listContainers(filter, options)).filter((row) => row.name.startsWith(name)),
  })),
  mutant(
    'the status does not matter',
    ['containers/list/matches-any-of-the-statuses-and-all-conditions'],
    (runtime) => ({
      listContainers: ({ status: _ignored, ...filter } = {}, options) => runtime.listContainers(filter, options),
    }),
  ),
  mutant('find answers null', ['containers/find/answers-the-newest-or-nothing'], (runtime) => ({
    findContainerByLabel: async (key, value, options) =>
      (await runtime.findContainerByLabel(key, value, options)) ?? (null as never),
  })),
]
