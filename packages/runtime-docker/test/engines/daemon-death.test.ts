import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createDockerRuntime } from '@moorage/runtime-docker'
import { expect, it } from 'vitest'
import { describeOnEngine } from '../../../../tooling/test/engine-under-test.ts'
import { startStallingRegistry } from '../../../../tooling/test/stalling-registry.ts'
import { canStartThrowawayDaemon, startThrowawayDaemon } from './throwaway.ts'

const child = fileURLToPath(new URL('daemon-death.child.ts', import.meta.url))
const deadlineMs = 90_000
const possible = await canStartThrowawayDaemon()

await describeOnEngine({ name: 'docker', open: createDockerRuntime }, ({ image }) => {
  it.runIf(possible)(
    'tells every call that its daemon died, and lets the process end',
    { timeout: 2 * deadlineMs },
    async () => {
      await using registry = await startStallingRegistry()
      await using daemon = await startThrowawayDaemon()
      const running = spawn(
        process.execPath,
        ['--conditions=@moorage/source', '--import', 'tsx', child, daemon.host, image, registry.address],
        { stdio: ['ignore', 'pipe', 'inherit'], timeout: deadlineMs },
      )
      const exited = once(running, 'exit')
      const lines = createInterface({ input: running.stdout })[Symbol.asyncIterator]()
      expect(await lines.next()).toEqual({ done: false, value: 'ready' })
      await registry.asked
      daemon.kill()
      const { value } = await lines.next()
      expect(JSON.parse(String(value))).toEqual({
        attachment: 'CONNECTION_LOST',
        attachmentEnded: 'CONNECTION_LOST',
        started: 'CONNECTION_LOST',
        startedExited: 'CONNECTION_LOST',
        stats: 'CONNECTION_LOST',
        logs: 'CONNECTION_LOST',
        exec: 'CONNECTION_LOST',
        wait: 'CONNECTION_LOST',
        pull: 'CONNECTION_LOST',
      })
      expect(await exited).toEqual([0, null])
    },
  )
})
