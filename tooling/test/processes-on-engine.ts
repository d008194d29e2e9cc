import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { RuntimeError, type CleanupFailure, type ContainerProcess, type Runtime } from '@moorage/runtime-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCountingProxy } from './counting-proxy.ts'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'

const mebibyte = 1024 * 1024
const deadlineMs = 300_000
const soonMs = 30_000

export interface ProcessesOnEngineOptions extends EngineUnderTestOptions {
  /** Whether the engine itself can end an exec whose image has no means to. */
  readonly endsExecItself: boolean
}

const child = fileURLToPath(new URL('exits-by-itself.child.ts', import.meta.url))

/** Does the work so many times, some at once. */
async function repeat<T>(times: number, atOnce: number, work: (index: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < times; index = next++) results.push(await work(index))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

/** What a contract that any backend can be held to does not ask: large numbers, and what is missing in an image. */
export async function processesOnEngine({ endsExecItself, ...options }: ProcessesOnEngineOptions): Promise<void> {
  await describeOnEngine(options, ({ open, image }) => {
    let runtime: Runtime
    const failures: CleanupFailure[] = []
    const containers: string[] = []
    beforeAll(async () => {
      runtime = await open({ onCleanupFailure: (failure) => failures.push(failure) })
    })
    afterAll(async () => {
      await Promise.all(containers.map((id) => runtime.removeContainer(id, { force: true, missing: 'ignore' })))
      await runtime.close()
    })
    const container = async (): Promise<string> => {
      const { id } = await runtime.runContainer({ image, command: ['sleep', '10000'], stopTimeoutMs: 0 })
      containers.push(id)
      return id
    }
    const sleeper = async (id: string): Promise<ContainerProcess | undefined> =>
      (await runtime.containerProcesses(id)).find(({ command }) => command.endsWith('sleep 54321'))
    const eventually = async (what: string, ask: () => Promise<boolean>): Promise<void> => {
      const signal = AbortSignal.timeout(soonMs)
      while (!(await ask())) {
        if (signal.aborted) expect.fail(`not within ${soonMs} ms: ${what}`)
        await pause(50)
      }
    }
    /** Begins `sleep 54321` in this way, aborts it and waits for what becomes of it. */
    const abortSleep = async (id: string, command: readonly string[]): Promise<void> => {
      const controller = new AbortController()
      const process = await runtime.startExec(id, { command }, { signal: controller.signal })
      await eventually('it has begun', async () => (await sleeper(id)) !== undefined)
      const reason = new Error('enough')
      controller.abort(reason)
      await expect(process.exited).rejects.toBe(reason)
    }
    const isReportedOrEnded = async (id: string): Promise<void> => {
      if (endsExecItself) return eventually('it is gone', async () => (await sleeper(id)) === undefined)
      await eventually('it is reported', async () => failures.some(({ error }) => isAbout(id, error)))
      expect(await sleeper(id)).toBeDefined()
    }

    describe('in large numbers', () => {
      it('500 exit codes, 32 at a time, are all their own', { timeout: deadlineMs }, async () => {
        const id = await container()
        const codes = await repeat(500, 32, async () => {
          const { exitCode } = await started(() => runtime.execContainer(id, { command: ['sh', '-c', 'exit 137'] }))
          return exitCode
        })
        expect(codes).toEqual(Array.from({ length: 500 }, () => 137))
      })

      it('400 times 64 KiB go in and come back', { timeout: deadlineMs }, async () => {
        const id = await container()
        const wrong = await repeat(400, 32, async (index) => {
          const stdin = new Uint8Array(64 * 1024).map((_, place) => (place * 7 + index) % 256)
          const { stdoutBytes, exitCode } = await started(() =>
            runtime.execContainer(id, { command: ['cat'] }, { stdin }),
          )
          return exitCode !== 0 || Buffer.compare(stdoutBytes, stdin) !== 0
        })
        expect(wrong.filter((isWrong) => isWrong)).toEqual([])
      })

      it('256 MiB for a reader of 1 MiB a second: at most 4 MiB are kept', { timeout: deadlineMs }, async () => {
        const id = await container()
        const { endpoint = '' } = await runtime.info()
        await using proxy = await startCountingProxy(endpoint)
        await using slow = await open({ host: proxy.host })
        const command = ['sh', '-c', 'exec head -c 268435456 /dev/zero']
        const process = await slow.startExec(id, { command })
        let taken = 0
        let most = 0
        for (const startedAt = performance.now(); performance.now() - startedAt < 5000;) {
          const due = ((performance.now() - startedAt) / 1000) * mebibyte
          if (taken < due) taken += (await process.output.next()).value?.bytes.byteLength ?? 0
          else await pause(10)
          most = Math.max(most, proxy.forwardedBytes() - taken)
        }
        expect(taken).toBeGreaterThan(4 * mebibyte)
        expect(most).toBeLessThanOrEqual(4 * mebibyte)
        await process[Symbol.asyncDispose]()
      })
    })

    it('an abort at any moment of the beginning leaves no process', { timeout: deadlineMs }, async () => {
      const id = await container()
      await using leaving = await open()
      for (let afterMs = 0; afterMs < 150; afterMs += 10) {
        for (const tty of [undefined, false, true]) {
          const controller = new AbortController()
          const { signal } = controller
          const spec = { command: ['sh', '-c', 'sleep 54321 & sleep 54321'] }
          const call =
            tty === undefined
              ? leaving.execContainer(id, spec, { signal })
              : leaving.startExec(id, { ...spec, tty }, { signal }).then(({ exited }) => exited)
          const outcome = call.catch((reason: unknown) => reason)
          await pause(afterMs)
          controller.abort('enough')
          expect(await outcome).toBe('enough')
        }
      }
      await leaving.close()
      await eventually('they are gone', async () => {
        const { stdout } = await runtime.execContainer(id, { command: ['ps', '-o', 'args'] })
        return !stdout.includes('54321')
      })
    })

    it('a closed runtime keeps no process alive, whatever was open', { timeout: deadlineMs }, async () => {
      const { endpoint = '' } = await runtime.info()
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--conditions=@moorage/source', '--import', 'tsx', child, options.name, endpoint, image],
        { timeout: soonMs * 2 },
      )
      expect(stdout).toBe('closed, 0 sockets\n')
    })

    describe('whatever the image has', () => {
      it('an abort ends a process without a shell in its image, or says that it cannot', async () => {
        const id = await container()
        expect((await runtime.execContainer(id, { command: ['rm', '/bin/sh'] })).exitCode).toBe(0)
        await abortSleep(id, ['sleep', '54321'])
        await isReportedOrEnded(id)
      })

      it('an abort ends a process that has cleared its environment, or says that it cannot', async () => {
        const id = await container()
        await abortSleep(id, ['env', '-i', 'sleep', '54321'])
        await isReportedOrEnded(id)
      })

      it('a kill that cannot reach its process says so', async () => {
        const id = await container()
        const process = await runtime.startExec(id, { command: ['env', '-i', 'sleep', '54321'] })
        await eventually('it has begun', async () => (await sleeper(id)) !== undefined)
        await expect(process.kill('SIGTERM')).rejects.toMatchObject({ code: 'UNSUPPORTED' })
        await process[Symbol.asyncDispose]()
      })

      it('an abort ends another user’s process, and children in a session of their own', async () => {
        const id = await container()
        const controller = new AbortController()
        const spec = { command: ['sh', '-c', 'setsid sleep 54321 & wait'], user: '12345' }
        const call = runtime.execContainer(id, spec, { signal: controller.signal })
        call.catch(() => undefined)
        await eventually('it has begun', async () => (await sleeper(id)) !== undefined)
        controller.abort()
        await expect(call).rejects.toBe(controller.signal.reason)
        await eventually('it is gone', async () => (await sleeper(id)) === undefined)
      })
    })
  })
}

function isAbout(id: string, error: unknown): boolean {
  return (
    RuntimeError.is(error, 'UNSUPPORTED') && error.resource?.id === id && error.message.includes('Stop the container')
  )
}

/**
 * Once in some thousand times, with 32 at once, runc cannot set a process up, and Podman (5.4) says so. That is an answer
 * and no loss: what never began is begun once more.
 */
async function started<T>(exec: () => Promise<T>): Promise<T> {
  try {
    return await exec()
  } catch (error) {
    if (!RuntimeError.is(error, 'EXEC_START_FAILED') || error.details.reason !== 'other') throw error
    return exec()
  }
}
