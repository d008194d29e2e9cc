import { openRuntime } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'

const { runtime } = await openRuntime({ allowFake: true })

// Codes tell errors apart.
const missing = await runtime.inspectContainer('no-such-container').catch((error: unknown) => error)
if (!RuntimeError.is(missing, 'CONTAINER_NOT_FOUND')) throw missing
console.log(`${missing.code}: ${missing.resource?.kind} ${missing.resource?.id}, blame the ${missing.blame}`)

// The code types the details.
const name = 'moorage-example-errors'
await runtime.createNetwork({ name })
const conflict = await runtime.createNetwork({ name, internal: true }).catch((error: unknown) => error)
await runtime.removeNetwork(name)
if (!RuntimeError.is(conflict, 'NETWORK_CONFLICT')) throw conflict
console.log(`${conflict.code}: differs in ${conflict.details.differs.join(', ')}`)

// An abort is your own reason, never wrapped.
const reason = new Error('I changed my mind')
const aborted = await runtime.info({ signal: AbortSignal.abort(reason) }).catch((error: unknown) => error)
console.log(`my own reason: ${aborted === reason}`)

await runtime.close()
