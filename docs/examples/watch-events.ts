import { openRuntime } from '@moorage/runtime'

const { runtime } = await openRuntime({ allowFake: true })
await runtime.pullImage('busybox')
const since = new Date()
const labels = { 'example.job': 'nightly' }
const { id } = await runtime.runContainer({ image: 'busybox', command: ['echo', 'done'], labels })
await runtime.waitContainer(id)
await runtime.removeContainer(id)

// Everything since then, and what comes; a hole that the engine cannot fill is an event of its own.
for await (const event of runtime.events({ since, kinds: ['container'], labels })) {
  if (event.kind === 'gap') console.log(`something may be missing from ${event.from} to ${event.to}`)
  else console.log(event.action, event.action === 'die' ? event.attributes['exitCode'] : '')
  if (event.kind !== 'gap' && event.action === 'destroy') break
}
await runtime.close()
