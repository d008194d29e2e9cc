import {
  createRuntime,
  defineCapabilities,
  RuntimeError,
  streamFrom,
  type ConnectionAttempt,
  type Runtime,
} from '@moorage/runtime-core'
import type { OpenBackend, OpenBackendOptions } from '@moorage/runtime'

/** An opener that counts, and a runtime that tells whether it was closed; nobody calls it otherwise. */
export interface StubBackend {
  readonly open: OpenBackend
  /** What the opener was told, call by call. */
  readonly calls: OpenBackendOptions[]
  readonly runtime: Runtime
  readonly closed: () => boolean
}

const unreachable = async (): Promise<never> => {
  throw new Error('Nobody calls this.')
}

async function* nothing(): AsyncGenerator<never, undefined> {}

/** A backend that answers; the given opener, if any, decides when and how. */
export function stubBackend(backend: string, opening?: (runtime: Runtime) => Runtime | Promise<Runtime>): StubBackend {
  const calls: OpenBackendOptions[] = []
  let closed = false
  const runtime = createRuntime({
    backend,
    capabilities: defineCapabilities({}),
    info: unreachable,
    pullImage: unreachable,
    inspectImage: unreachable,
    listImages: unreachable,
    tagImage: unreachable,
    removeImage: unreachable,
    createContainer: unreachable,
    startContainer: unreachable,
    stopContainer: unreachable,
    killContainer: unreachable,
    waitContainer: unreachable,
    removeContainer: unreachable,
    inspectContainer: unreachable,
    listContainers: unreachable,
    execContainer: unreachable,
    containerLogs: () => streamFrom(nothing()),
    createNetwork: unreachable,
    removeNetwork: unreachable,
    inspectNetwork: unreachable,
    listNetworks: unreachable,
    createVolume: unreachable,
    removeVolume: unreachable,
    inspectVolume: unreachable,
    listVolumes: unreachable,
    close: async () => {
      closed = true
    },
  })
  return {
    open: (options) => {
      calls.push(options)
      return opening === undefined ? runtime : opening(runtime)
    },
    calls,
    runtime,
    closed: () => closed,
  }
}

/** A backend whose engine does not answer at these addresses. */
export function silentBackend(backend: string, ...tried: readonly ConnectionAttempt[]): StubBackend {
  return stubBackend(backend, () => {
    throw new RuntimeError('ENGINE_UNAVAILABLE', {
      message: `no ${backend} answers`,
      operation: 'open runtime',
      details: { tried },
    })
  })
}

/** One address where nobody listens. */
export function attempt(target: string): ConnectionAttempt {
  return { target, source: 'default', reason: 'connection refused' }
}
