import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'

const child = fileURLToPath(new URL('body-ends.child.ts', import.meta.url))
const deadlineMs = 300_000

/** Aborts, cut connections and closes in the middle of large bodies, in a process without handlers of its own. */
export async function bodiesOnEngine(options: EngineUnderTestOptions): Promise<void> {
  await describeOnEngine(options, ({ open, image }) => {
    it('a body that ends early rejects once, and never as an uncaught exception', { timeout: deadlineMs }, async () => {
      const runtime = await open()
      const { endpoint = '' } = await runtime.info()
      await runtime.close()
      const running = spawn(
        process.execPath,
        ['--conditions=@moorage/source', '--import', 'tsx', child, options.name, endpoint, image],
        { stdio: ['ignore', 'pipe', 'pipe'], timeout: deadlineMs },
      )
      const [output, errors, [code]] = await Promise.all([
        text(running.stdout),
        text(running.stderr),
        once(running, 'exit'),
      ])
      expect({ code, output, errors }).toEqual({ code: 0, output: 'all ended\n', errors: '' })
    })
  })
}
