import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const child = fileURLToPath(new URL('unpacked-memory.child.ts', import.meta.url))
const deadlineMs = 60_000

it('a tar context is not held in memory while it is unpacked', { timeout: deadlineMs }, async () => {
  const program = ['--expose-gc', '--conditions=@moorage/source', '--import', 'tsx', child]
  const { stdout } = await promisify(execFile)(process.execPath, program, { timeout: deadlineMs })
  const { held, size } = JSON.parse(stdout)
  expect(size).toBe(2000 * 64 * 1024)
  expect(held).toBeLessThan(50)
})
