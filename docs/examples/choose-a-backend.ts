import { openRuntime } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'

// Docker, else Podman, else the fake; MOORAGE_BACKEND has the first word.
const { runtime, choice } = await openRuntime({ allowFake: true })
console.log(`picked ${choice.backend}: ${choice.reason}`)
for (const { target, reason } of choice.tried) console.log(`  not ${target}: ${reason}`)
await runtime.close()

// This one and no other.
try {
  const opened = await openRuntime({ backend: 'docker', host: 'unix:///nowhere/docker.sock' })
  await opened.runtime.close()
} catch (error) {
  if (!RuntimeError.is(error, 'ENGINE_UNAVAILABLE')) throw error
  console.log(`${error.code}:`)
  for (const { target, source } of error.details.tried) console.log(`  tried ${target}, from the ${source}`)
}
