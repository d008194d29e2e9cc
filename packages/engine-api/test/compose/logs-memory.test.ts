import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const child = fileURLToPath(new URL('logs-memory.child.ts', import.meta.url))
const deadlineMs = 60_000
const linesBytes = 1000 * 64 * 1024

it('lines are not held in memory while another container logs nothing', { timeout: deadlineMs }, async () => {
  const program = ['--expose-gc', '--conditions=@moorage/source', '--import', 'tsx', child]
  const { stdout } = await promisify(execFile)(process.execPath, program, { timeout: deadlineMs })
  const { count, grownBytes } = JSON.parse(stdout)
  expect(count).toBe(1000)
  expect(grownBytes).toBeLessThan(linesBytes / 4)
})
