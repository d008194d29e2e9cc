import { createDockerRuntime } from '@moorage/runtime-docker'
import { buildSecretsOnEngine } from '../../../../tooling/test/build-secrets-on-engine.ts'
import { buildsOnEngine } from '../../../../tooling/test/builds-on-engine.ts'

const engine = { name: 'docker', open: createDockerRuntime } as const

await buildsOnEngine(engine)
await buildSecretsOnEngine(engine)
