import { RuntimeError, type Runtime } from '@moorage/runtime-core'
import { createFakeRuntime, createVirtualClock, type Program } from '@moorage/runtime-fake'

// What you test: it takes any runtime.
async function backUp(runtime: Runtime): Promise<string> {
  const { id } = await runtime.runContainer({ image: 'backup:1', command: ['backup', '--all'], env: { TO: '/mnt' } })
  try {
    const { exitCode } = await runtime.waitContainer(id)
    return exitCode === 0 ? 'done' : `failed with ${exitCode}`
  } finally {
    await runtime.removeContainer(id)
  }
}

// A function plays the process; an hour passes in no time.
const backup: Program = async ({ argv, env, stdout, sleep }) => {
  await stdout(`${argv.join(' ')} to ${env['TO']}\n`)
  await sleep(3_600_000)
}
const clock = createVirtualClock({ autoAdvance: true })
const runtime = createFakeRuntime({ clock, images: { 'backup:1': { programs: { backup } } } })
console.log(await backUp(runtime))

// What no engine does on demand.
runtime.fake.faults.next('waitContainer', { kind: 'lose-connection' })
const error: unknown = await backUp(runtime).catch((reason: unknown) => reason)
console.log(RuntimeError.is(error, 'CONNECTION_LOST'), (await runtime.listContainers()).length)

// What was asked of the engine.
console.log(runtime.fake.journal.calls('removeContainer').length, 'containers were removed')
await runtime.close()
