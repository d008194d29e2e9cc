import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCommand, type EndedCommand } from '../../src/compose/command.ts'

const soonMs = 20_000
const child = fileURLToPath(new URL('command.child.ts', import.meta.url))

function run(script: string, signal?: AbortSignal, onLine?: (line: string) => void): Promise<EndedCommand> {
  const options = { environment: process.env, folder: process.cwd(), signal, ...(onLine && { onLine }) }
  return runCommand(['sh', '-c', script, 'sh', '$(exit 9)', ';'], options)
}

async function gone(pid: number): Promise<void> {
  const deadline = AbortSignal.timeout(soonMs)
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    if (deadline.aborted) expect.fail(`process ${pid} goes on`)
    await pause(20)
  }
}

describe.skipIf(process.platform === 'win32')('a command', () => {
  it('tells its exit code, its output and its last lines', async () => {
    const lines: string[] = []
    const script = 'echo out "$1" "$2"; echo one >&2; printf two >&2; exit 3'
    const ended = await run(script, undefined, (line) => lines.push(line))
    expect(ended).toEqual({ exitCode: 3, stdout: 'out $(exit 9) ;\n', lastLines: ['one', 'two'] })
    expect(lines).toEqual(['one', 'two'])
  })

  it('keeps no more than the last lines, however many there are', async () => {
    const { lastLines } = await run('i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo line $i >&2; done')
    expect(lastLines).toHaveLength(50)
    expect(lastLines.at(-1)).toBe('line 5000')
  })

  it('that is not there ends with 127', async () => {
    const options = { environment: process.env, folder: process.cwd(), signal: undefined }
    expect((await runCommand(['no-such-program'], options)).exitCode).toBe(127)
  })

  it('in a folder that is not there says so', async () => {
    const ended = await runCommand(['true'], { environment: process.env, folder: '/no/such', signal: undefined })
    expect(ended.exitCode).toBeUndefined()
    expect(ended.notStarted).toBeDefined()
  })

  it.each([
    ['its children', 'sleep 1000 & echo $! >&2; wait'],
    ['one that ignores the asking', 'trap "" TERM; echo $$ >&2; while :; do sleep 1; done'],
  ])('is ended with %s by its signal', { timeout: soonMs }, async (_, script) => {
    const controller = new AbortController()
    const reason = new Error('enough')
    let pid = 0
    const running = run(script, controller.signal, (line) => {
      pid = Number(line)
      controller.abort(reason)
    })
    await expect(running).rejects.toBe(reason)
    await gone(pid)
  })

  it('runs nothing for a signal that is aborted already', async () => {
    const reason = new Error('never')
    await expect(run('echo x', AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('does not outlive this process, even when that is killed', { timeout: soonMs }, async () => {
    const killed = spawn(process.execPath, ['--conditions=@moorage/source', '--import', 'tsx', child], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface({ input: killed.stdout }), 'line')) as [string]
    killed.kill('SIGKILL')
    await gone(Number(line))
  })
})
