export type { SshOptions } from '@moorage/engine-api'
export { createPodmanRuntime, type PodmanRuntimeOptions } from './runtime.ts'
