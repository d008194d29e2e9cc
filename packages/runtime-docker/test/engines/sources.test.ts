import { createDockerRuntime } from '@moorage/runtime-docker'
import { sourcesOnEngine } from '../../../../tooling/test/sources-on-engine.ts'

await sourcesOnEngine({ name: 'docker', open: createDockerRuntime })
