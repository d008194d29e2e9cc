import { describe, expect, test } from 'vitest'
import { createStream, type ContainerAttachment, type ExecProcess, type LogChunk } from '@moorage/runtime-core'
import { deferred, rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'
import { chunk, command, listeners, never, scripted } from './scripted-process.ts'

describe('a process that was started', () => {
  test('passes everything on', async () => {
    const { process, exited, seen } = scripted([chunk])
    const { runtime } = record({ answers: { startExec: async () => process } })
    const live = await runtime.startExec('box', command)
    await live.write('a')
    await live.endStdin()
    await live.resize({ columns: 80, rows: 24 })
    await live.kill('SIGINT')
    expect(await live.output.next()).toEqual({ done: false, value: chunk })
    exited.resolve({ exitCode: 3 })
    expect(live.id).toBe('exec')
    expect(await live.exited).toEqual({ exitCode: 3 })
    await live[Symbol.asyncDispose]()
    expect(seen).toEqual(['write a', 'endStdin', 'resize 80x24', 'kill SIGINT', 'disposed'])
  })

  test('is ended by the caller’s signal as long as it lives', async () => {
    const { process } = scripted()
    const { runtime, call } = record({ answers: { startExec: async () => process } })
    const controller = new AbortController()
    const live = await runtime.startExec('box', command, { signal: controller.signal })
    expect(listeners(controller.signal)).toBe(1)
    const next = rejection(live.output.next())
    controller.abort('enough')
    expect(await next).toBe('enough')
    expect(await rejection(live.exited)).toBe('enough')
    expect(await rejection(live.write('a'))).toBe('enough')
    expect(call('startExec').signal.reason).toBe('enough')
    expect(listeners(controller.signal)).toBe(0)
  })

  test('is ended by close() with RUNTIME_CLOSED', async () => {
    const { process } = scripted()
    const { runtime } = record({ answers: { startExec: async () => process } })
    const live = await runtime.startExec('box', command)
    const next = rejection(live.output.next())
    await runtime.close()
    expect(await next).toMatchObject({ code: 'RUNTIME_CLOSED', operation: 'startExec' })
    expect(await rejection(live.exited)).toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect(await rejection(live.kill())).toMatchObject({ code: 'RUNTIME_CLOSED' })
  })

  test('leaves no listener once it has exited, and its output can still be read', async () => {
    const { process, exited } = scripted([chunk], true)
    const { runtime, call } = record({ answers: { startExec: async () => process } })
    const controller = new AbortController()
    const live = await runtime.startExec('box', command, { signal: controller.signal })
    exited.resolve({ exitCode: 0 })
    await live.exited
    await turn()
    expect(listeners(controller.signal)).toBe(0)
    controller.abort('too late')
    expect(call('startExec').signal.aborted).toBe(false)
    expect(await live.output.next()).toEqual({ done: false, value: chunk })
    expect(await live.output.next()).toEqual({ done: true, value: undefined })
  })

  test('leaves no listener once it is disposed of', async () => {
    const { process } = scripted()
    const { runtime } = record({ answers: { startExec: async () => process } })
    const { signal } = new AbortController()
    {
      await using _live = await runtime.startExec('box', command, { signal })
      expect(listeners(signal)).toBe(1)
    }
    expect(listeners(signal)).toBe(0)
  })

  test('is let go at once when it is detached', async () => {
    const { process } = scripted()
    const { runtime, call } = record({ answers: { startExec: async () => process } })
    const controller = new AbortController()
    await runtime.startExec('box', command, { signal: controller.signal, detach: true })
    expect(listeners(controller.signal)).toBe(0)
    controller.abort()
    expect(call('startExec').signal.aborted).toBe(false)
  })

  test('is disposed of when it comes after the abort', async () => {
    const answer = deferred<ExecProcess>()
    const { process, seen } = scripted()
    const { runtime } = record({ answers: { startExec: () => answer.promise } })
    const controller = new AbortController()
    const start = runtime.startExec('box', command, { signal: controller.signal })
    await turn()
    controller.abort('enough')
    expect(await rejection(start)).toBe('enough')
    answer.resolve(process)
    await runtime.close()
    expect(seen).toEqual(['disposed'])
  })

  test('leaves the output of the adapter when its own is left unread', async () => {
    let hasLeft = false
    const output = createStream<LogChunk>(never, () => {
      hasLeft = true
    })
    const { process } = scripted()
    const { runtime } = record({ answers: { startExec: async () => ({ ...process, output }) } })
    const live = await runtime.startExec('box', command)
    await live.output.return()
    expect(hasLeft).toBe(true)
  })

  test('leaving its output does not end it', async () => {
    const { process, exited, seen } = scripted([chunk, chunk])
    const { runtime } = record({ answers: { startExec: async () => process } })
    const live = await runtime.startExec('box', command)
    for await (const _chunk of live.output) break
    expect(seen).toEqual(['left output'])
    exited.resolve({ exitCode: 0 })
    expect(await live.exited).toEqual({ exitCode: 0 })
  })
})

const sizes = [{ columns: -1, rows: 1 }, { columns: 1, rows: 0 }, { columns: 65_536, rows: 1 }, {}, 5, undefined]

describe('what is asked of something that lives', () => {
  const hasKill = (live: ContainerAttachment | ExecProcess): live is ExecProcess => 'kill' in live
  const invalid = { code: 'INVALID_ARGUMENT' }

  test.each(['startExec', 'startExec detached', 'attachContainer'])('is checked: %s', async (how) => {
    const { process, seen } = scripted()
    const { runtime } = record({
      answers: {
        startExec: async () => process,
        attachContainer: async () => ({ ...process, ended: new Promise<never>(() => undefined) }),
      },
    })
    const live =
      how === 'attachContainer'
        ? await runtime.attachContainer('box')
        : await runtime.startExec('box', command, { detach: how.endsWith('detached') })
    for (const size of sizes) expect(await rejection(live.resize(size as never))).toMatchObject(invalid)
    for (const bytes of [5, null, undefined, ['a']]) {
      expect(await rejection(live.write(bytes as never))).toMatchObject({ ...invalid, details: { field: 'bytes' } })
    }
    if (hasKill(live)) {
      for (const signal of ['NONSENSE', '65', 9, '']) {
        expect(await rejection(live.kill(signal as never))).toMatchObject({ ...invalid, details: { field: 'signal' } })
      }
    }
    expect(seen).toEqual([])
  })

  test('is refused of a detached process once the runtime is closed', async () => {
    const { process, seen } = scripted()
    const { runtime } = record({ answers: { startExec: async () => process } })
    const live = await runtime.startExec('box', command, { detach: true })
    await live.kill('TERM')
    await runtime.close()
    expect(await rejection(live.kill())).toMatchObject({ code: 'RUNTIME_CLOSED', operation: 'startExec' })
    expect(seen).toEqual(['kill TERM'])
  })
})
