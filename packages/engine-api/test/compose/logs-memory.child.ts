import { createStream, type ComposeService, type LogChunk } from '@moorage/runtime-core'
import type { EngineMethods } from '../../src/compose/engine-methods.ts'
import { composeLogs } from '../../src/compose/logs.ts'

const lineBytes = 64 * 1024
const lines = 1000

const containers = ['busy', 'quiet'].map(
  (service) => ({ service, containerId: service, containerName: service }) as ComposeService,
)
const engine = {
  containerLogs: (id: string) => {
    let count = 0
    return createStream<LogChunk>(() => ({
      pull: async () => {
        if (id === 'quiet') return new Promise(() => undefined)
        count += 1
        const text = `${String(count).padEnd(lineBytes, 'x')}\n`
        return { done: false, value: { stream: 'stdout', bytes: Buffer.from(text) } as unknown as LogChunk }
      },
      release: () => undefined,
    }))
  },
} as unknown as EngineMethods

const heapBytes = async (): Promise<number> => {
  await new Promise((resolve) => setImmediate(resolve))
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const stream = composeLogs(engine, async () => containers, { follow: true })
const before = await heapBytes()
let count = 0
for (; count < lines; count += 1) await stream.next()
const grownBytes = (await heapBytes()) - before
await stream.return?.()
process.stdout.write(JSON.stringify({ count, grownBytes }))
