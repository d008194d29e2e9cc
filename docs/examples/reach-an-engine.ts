import { RuntimeError } from '@moorage/runtime-core'
import { createDockerRuntime } from '@moorage/runtime-docker'

const ssh = { identityFiles: ['/nowhere/id_ed25519'], knownHostsFiles: ['/nowhere/known_hosts'] }
try {
  const runtime = await createDockerRuntime({ host: 'ssh://skipper@127.0.0.1:1', ssh })
  await runtime.close()
} catch (error) {
  if (!RuntimeError.is(error, 'ENGINE_UNAVAILABLE')) throw error
  for (const { target, source } of error.details.tried) console.log(`tried ${target}, from the ${source}`)
}
