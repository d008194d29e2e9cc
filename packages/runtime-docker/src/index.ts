export { createDockerRuntime, type DockerRuntimeOptions } from './runtime.ts'
