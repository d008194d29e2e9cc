import { createDockerRuntime } from '@moorage/runtime-docker'
import { registriesOnEngine } from '../../../../tooling/test/registries-on-engine.ts'

await registriesOnEngine({ name: 'docker', open: createDockerRuntime })
