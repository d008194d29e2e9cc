export type { SshOptions, TlsOptions } from '@moorage/engine-api'
export { createDockerRuntime, type DockerRuntimeOptions } from './runtime.ts'
