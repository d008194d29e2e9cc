import { createDockerRuntime } from '@moorage/runtime-docker'
import { secretsOnEngine } from '../../../../tooling/test/secrets-on-engine.ts'

await secretsOnEngine({ name: 'docker', open: createDockerRuntime })
