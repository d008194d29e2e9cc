export { backendNames, type BackendName } from './backend.ts'
export { openRuntime, type BackendChoice, type OpenedRuntime } from './open-runtime.ts'
export type { OpenBackend, OpenBackendOptions } from './openers.ts'
export type { OpenRuntimeOptions } from './options.ts'
