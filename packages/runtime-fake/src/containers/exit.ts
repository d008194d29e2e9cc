import type { FakeEngine } from '../engine/engine.ts'
import { stopServices } from '../engine/network-fabric.ts'
import type { ContainerRecord } from '../engine/records.ts'
import { noteEvent } from './event.ts'

/** Whether there is a process, be it a paused one. */
export function hasProcess({ status }: ContainerRecord): boolean {
  return status === 'running' || status === 'paused'
}

/** Its own process has ended: everything else in it ends too. */
export function markExited(engine: FakeEngine, container: ContainerRecord, exitCode: number): void {
  for (const exec of container.execs) {
    exec.interrupted = true
    exec.process.kill('SIGKILL')
  }
  for (const output of container.attached) output.end()
  container.attached.clear()
  container.stdin.end()
  stopServices(engine, container)
  for (const endpoint of container.networks.values()) endpoint.address = undefined
  container.process = undefined
  container.ports = []
  container.exitCode = exitCode
  container.exits += 1
  container.status = 'exited'
  container.finishedAt = engine.times.next()
  noteEvent(engine, container, 'die', { exitCode: String(exitCode) })
  container.changes.notify()
}

/** What the restart policy says of an exit that nobody asked for. */
export function shouldRestart({ restart, restartCount, stopped, removed }: ContainerRecord, exitCode: number): boolean {
  if (stopped || removed) return false
  if (restart.policy === 'always' || restart.policy === 'unless-stopped') return true
  if (restart.policy !== 'on-failure' || exitCode === 0) return false
  return restart.maximumRetries === undefined || restartCount < restart.maximumRetries
}
