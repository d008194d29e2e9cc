import { createPodmanRuntime } from '@moorage/runtime-podman'
import { buildSecretsOnEngine } from '../../../../tooling/test/build-secrets-on-engine.ts'
import { buildsOnEngine } from '../../../../tooling/test/builds-on-engine.ts'

const engine = { name: 'podman', open: createPodmanRuntime } as const

await buildsOnEngine(engine)
await buildSecretsOnEngine(engine)
