import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { openRuntime } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'

const { runtime } = await openRuntime({ allowFake: true })
const workingDirectory = await mkdtemp(`${tmpdir()}/example-`)
await writeFile(
  `${workingDirectory}/compose.yaml`,
  `services:
  web:
    image: busybox
    command: sleep 1000
    stop_grace_period: 0s
    depends_on: { seed: { condition: service_completed_successfully } }
  seed:
    image: busybox
    command: echo \${WORD}
`,
)
const project = { workingDirectory, projectName: 'moorage-example', env: { WORD: 'sown' } }

try {
  const services = await runtime.composeUp(project, {
    wait: true,
    waitTimeoutMs: 60_000,
    onEvent: ({ text }) => process.stderr.write(`${text}\n`),
  })
  for (const { service, status, exitCode } of services) console.log(service, status, exitCode ?? '')
  for await (const { service, text } of runtime.composeLogs(project)) console.log(`${service}: ${text}`)
} catch (error) {
  if (RuntimeError.is(error, 'COMPOSE_FAILED')) console.log(error.details.kind, error.details.service ?? '')
  // Not every backend composes; `runtime.capabilities` says so before.
  else if (RuntimeError.is(error, 'UNSUPPORTED')) console.log(`${error.code}: ${error.details.capability}`)
  else throw error
} finally {
  // The name is enough to remove everything that carries its label. Volumes stay by default.
  if (runtime.capabilities.compose) await runtime.composeDown({ projectName: project.projectName })
  await rm(workingDirectory, { recursive: true })
  await runtime.close()
}
