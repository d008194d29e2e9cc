import { openRuntime } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'

const { runtime } = await openRuntime({ allowFake: true })
await runtime.pullImage('busybox')
const { id } = await runtime.runContainer({ image: 'busybox', command: ['sleep', '1000'], stopTimeoutMs: 0 })

// To its end, with its output collected.
const { exitCode, stdout } = await runtime.execContainer(id, { command: ['cat'] }, { stdin: 'a text' })
console.log(exitCode, stdout)

// While it runs: written to, read from, ended.
const process = await runtime.startExec(id, { command: ['cat'] })
await process.write('ahoy')
await process.endStdin()
for await (const { stream, bytes } of process.output) console.log(`${stream}: ${new TextDecoder().decode(bytes)}`)
console.log(await process.exited)

// One that cannot start says why; 127 of a process's own is an exit code.
const error = await runtime.execContainer(id, { command: ['no-such-program'] }).catch((reason: unknown) => reason)
if (RuntimeError.is(error, 'EXEC_START_FAILED')) console.log(error.details)

// Leaving the block ends what still runs.
{
  await using forgotten = await runtime.startExec(id, { command: ['sleep', '1000'] })
  console.log(`${forgotten.id.length} digits`)
}
await runtime.removeContainer(id, { force: true })
await runtime.close()
