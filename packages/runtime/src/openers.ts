import { RuntimeError, type OnCleanupFailure, type Runtime } from '@moorage/runtime-core'
import type { BackendName } from './backend.ts'

/** What an opener is told. */
export interface OpenBackendOptions {
  /** The engine's address; absent: the adapter looks where its engine usually listens. */
  readonly host?: string
  /** Where the variables that name a host are looked up; absent: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly onCleanupFailure?: OnCleanupFailure
  /** In milliseconds. */
  readonly openTimeoutMs?: number
  readonly signal?: AbortSignal
}

/** Opens one backend; an engine that does not answer rejects with ENGINE_UNAVAILABLE. */
export type OpenBackend = (options: OpenBackendOptions) => Runtime | Promise<Runtime>

/** The adapters' own packages; each is loaded when it is picked, so that only the picked one need be installed. */
export const packagedBackends: Readonly<Record<BackendName, OpenBackend>> = {
  docker: async (options) => {
    const { createDockerRuntime } = await load('@moorage/runtime-docker', () => import('@moorage/runtime-docker'))
    return createDockerRuntime(options)
  },
  podman: async (options) => {
    const { createPodmanRuntime } = await load('@moorage/runtime-podman', () => import('@moorage/runtime-podman'))
    return createPodmanRuntime(options)
  },
  fake: async ({ onCleanupFailure }) => {
    const { createFakeRuntime } = await load('@moorage/runtime-fake', () => import('@moorage/runtime-fake'))
    return createFakeRuntime(onCleanupFailure && { onCleanupFailure })
  },
}

/** Why a backend whose package is missing could not be opened. */
export const notInstalled = 'the package is not installed'

/** Loads an optional package. One that is not installed is an engine that cannot be had; any other failure is itself. */
export async function load<Module>(name: string, importModule: () => Promise<Module>): Promise<Module> {
  try {
    return await importModule()
  } catch (cause) {
    if (!isMissing(name, cause)) throw cause
    throw new RuntimeError('ENGINE_UNAVAILABLE', {
      message: `openRuntime: the package ${name} is not installed. Install it to use this backend.`,
      operation: 'openRuntime',
      details: { tried: [{ target: name, source: 'default', reason: notInstalled }] },
      cause,
    })
  }
}

/** Whether it is this package that was not found, rather than something that it imports itself. */
function isMissing(name: string, error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
    error.message.includes(`'${name}'`)
  )
}
