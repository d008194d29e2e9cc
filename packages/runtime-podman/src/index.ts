export { createPodmanRuntime, type PodmanRuntimeOptions } from './runtime.ts'
