import { describe, expect, test } from 'vitest'
import { createStream, type AttachmentEnd, type ContainerAttachment, type LogChunk } from '@moorage/runtime-core'
import { deferred, rejection, turn } from '../deferred.ts'
import { record } from '../recording-adapter.ts'
import { chunk, listeners, never, scripted, type ScriptedProcess } from './scripted-process.ts'

describe('an attachment', () => {
  const attached = (
    output: ScriptedProcess['process'] = scripted().process,
    ended: ContainerAttachment['ended'] = new Promise(() => {}),
  ): ContainerAttachment => ({ ...output, ended })
  const attach = async (attachment: ContainerAttachment) => {
    const recording = record({ answers: { attachContainer: async () => attachment } })
    const controller = new AbortController()
    const live = await recording.runtime.attachContainer('box', { signal: controller.signal })
    return { ...recording, controller, live }
  }

  test('is ended by the caller’s signal', async () => {
    const { controller, live } = await attach(attached())
    const next = rejection(live.output.next())
    controller.abort('enough')
    expect(await next).toBe('enough')
    expect(listeners(controller.signal)).toBe(0)
  })

  test('leaves no listener once it has ended, although its output is not read', async () => {
    const ended = deferred<AttachmentEnd>()
    const { controller, live } = await attach(attached(scripted([chunk], true).process, ended.promise))
    expect(listeners(controller.signal)).toBe(1)
    ended.resolve({ type: 'exited' })
    expect(await live.ended).toEqual({ type: 'exited' })
    await turn()
    expect(listeners(controller.signal)).toBe(0)
    expect(await live.output.next()).toEqual({ done: false, value: chunk })
  })

  test.each(['return()', 'disposal'])(
    'leaves the output of the adapter when its own is left unread by %s',
    async (how) => {
      const left = deferred<undefined>()
      const output = createStream<LogChunk>(never, () => left.resolve(undefined))
      const ended = left.promise.then(() => ({ type: 'detached' }) as const)
      const { controller, live } = await attach(attached({ ...scripted().process, output }, ended))
      if (how === 'return()') await live.output.return()
      else await live.output[Symbol.asyncDispose]()
      expect(await live.ended).toEqual({ type: 'detached' })
      await turn()
      expect(listeners(controller.signal)).toBe(0)
    },
  )

  test.each(['its output was left', 'it was disposed of'])(
    'rejects a pending `ended` on close() after %s',
    async (how) => {
      const { runtime, live } = await attach(attached())
      if (how === 'it was disposed of') await live[Symbol.asyncDispose]()
      else await live.output.return()
      await runtime.close()
      expect(await rejection(live.ended)).toMatchObject({ code: 'RUNTIME_CLOSED' })
    },
  )

  test('is ended by close()', async () => {
    const { runtime, live } = await attach(attached())
    await runtime.close()
    expect(await rejection(live.write('a'))).toMatchObject({ code: 'RUNTIME_CLOSED', operation: 'attachContainer' })
  })

  test('passes on how it ended', async () => {
    const { live } = await attach(attached(scripted().process, Promise.resolve({ type: 'exited' })))
    expect(await live.ended).toEqual({ type: 'exited' })
  })

  test('rejects `ended` with the reason of an abort, and of close()', async () => {
    const aborted = await attach(attached())
    aborted.controller.abort('enough')
    expect(await rejection(aborted.live.ended)).toBe('enough')
    const closing = await attach(attached())
    await closing.runtime.close()
    expect(await rejection(closing.live.ended)).toMatchObject({ code: 'RUNTIME_CLOSED' })
  })

  test('leaves a rejection of `ended` that is not read unheard', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const { promise, reject } = deferred<{ readonly type: 'exited' }>()
    await attach(attached(scripted().process, promise))
    reject(new Error('lost'))
    await turn()
    await turn()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})
