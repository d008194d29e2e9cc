import { createDockerRuntime } from '@moorage/runtime-docker'
import { bodiesOnEngine } from '../../../../tooling/test/bodies-on-engine.ts'

await bodiesOnEngine({ name: 'docker', open: createDockerRuntime })
