import { readdirSync, readlinkSync } from 'node:fs'
import type { ContractCase } from '../case.ts'
import { begun, equal, rejects } from '../../world/assertions.ts'

export const closing: readonly ContractCase[] = [
  {
    id: 'calls/close/may-be-repeated-also-at-once',
    clauses: ['close.idempotent'],
    async run({ runtime }) {
      await Promise.all([runtime.close(), runtime.close()])
      await runtime.close()
      await runtime[Symbol.asyncDispose]()
    },
  },
  {
    id: 'calls/close/ends-a-wait-an-exec-and-a-follow',
    clauses: ['close.ends-calls'],
    async run(world) {
      const { runtime, programs } = world
      const { id } = await world.runReady(programs.forever())
      world.leaveToSuite()
      const logs = runtime.containerLogs(id, { follow: true })
      await logs.next()
      const open = [
        begun(rejects('RUNTIME_CLOSED', runtime.waitContainer(id))),
        begun(rejects('RUNTIME_CLOSED', runtime.execContainer(id, { command: programs.forever() }))),
        begun(rejects('RUNTIME_CLOSED', logs.next())),
      ]
      // All three have been sent once the engine has answered something that was asked after them.
      await runtime.inspectContainer(id)
      await runtime.close()
      await Promise.all(open)
    },
  },
  {
    id: 'calls/close/leaves-containers-and-other-runtimes-alone',
    clauses: ['close.leaves-others'],
    async run(world) {
      const other = await world.openAnother()
      const { id } = await world.runReady(world.programs.forever())
      world.leaveToSuite()
      const waiting = begun(other.waitContainer(id))
      await world.runtime.close()
      equal((await other.inspectContainer(id)).status, 'running')
      await other.killContainer(id)
      equal((await waiting).exitCode, 137)
    },
  },
  {
    id: 'calls/close/frees-every-socket',
    clauses: ['close.frees'],
    async run(world) {
      const { id } = await world.runReady(world.programs.forever())
      // The connections of the world's own runtime, which is left alone from here on.
      const before = sockets()
      const runtime = await world.openAnother()
      const logs = runtime.containerLogs(id, { follow: true })
      await logs.next()
      await Promise.all(Array.from({ length: 6 }, () => runtime.info()))
      await runtime.close()
      await world.eventually('the sockets are closed', async () => sockets() <= before)
    },
  },
]

/** How many connections this process has; those that wait to be used again keep nobody, and count all the same. */
function sockets(): number {
  try {
    const folder = '/proc/self/fd'
    return readdirSync(folder).filter((name) => isSocket(`${folder}/${name}`)).length
  } catch {
    // Elsewhere only those can be counted that keep the process.
    return process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap' || name === 'TCPSocketWrap').length
  }
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:')
  } catch {
    // Closed since it was listed.
    return false
  }
}
