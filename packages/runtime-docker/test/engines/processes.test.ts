import { createDockerRuntime } from '@moorage/runtime-docker'
import { processesOnEngine } from '../../../../tooling/test/processes-on-engine.ts'

await processesOnEngine({ name: 'docker', open: createDockerRuntime, endsExecItself: false })
