import { describe, expect, test } from 'vitest'
import { capabilityKinds, type Capabilities } from '@moorage/runtime-core'
import { rejection } from '../deferred.ts'
import { goodArguments, invoke, invokeWell, methodNames, type MethodName } from '../every-call.ts'
import { record } from '../recording-adapter.ts'

const gates = Object.entries(capabilityKinds)
  .filter(([, kind]) => kind === 'gate')
  .map(([name]) => name as keyof Capabilities)

const fieldNobodyKnows = { surprise: 1 }

function badly(
  runtime: ReturnType<typeof record>['runtime'],
  method: MethodName,
  signal?: AbortSignal,
): Promise<unknown> {
  return invoke(runtime, method, [...goodArguments[method], { ...fieldNobodyKnows, ...(signal && { signal }) }])
}

describe.each(methodNames)('%s', (method) => {
  test('an aborted signal comes first: its own reason, and nothing is sent', async () => {
    const { runtime, reached } = record({ lacks: gates })
    await runtime.close()
    const reason = { why: 'enough' }
    expect(await rejection(badly(runtime, method, AbortSignal.abort(reason)))).toBe(reason)
    expect(reached()).toEqual(['close'])
  })

  test('closed comes before the arguments', async () => {
    const { runtime, reached } = record({ lacks: gates })
    await runtime.close()
    expect(await rejection(badly(runtime, method))).toMatchObject({ code: 'RUNTIME_CLOSED' })
    expect(reached()).toEqual(['close'])
  })

  test('the arguments come before the capabilities, and an unknown option is refused', async () => {
    const { runtime, reached } = record({ lacks: gates })
    const error = await rejection(badly(runtime, method))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(error).toHaveProperty('details.field', expect.stringMatching(/ \(key\)$|\.labels$/))
    expect(reached()).toEqual([])
  })

  test('a signal that is none is refused', async () => {
    const { runtime, reached } = record()
    const error = await rejection(invokeWell(runtime, method, { signal: 'now' }))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(error).toHaveProperty('details.field', expect.stringMatching(/^(?:options|filter)\.signal$/))
    expect(reached()).toEqual([])
  })

  test('options that are not an object are refused', async () => {
    const { runtime, reached } = record()
    const error = await rejection(invoke(runtime, method, [...goodArguments[method], null]))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(error).toHaveProperty('details.field', expect.stringMatching(/^(?:options|filter)$/))
    expect(reached()).toEqual([])
  })
})

test('a good call reaches the adapter with a signal of the guard, never with the caller’s', async () => {
  const { runtime, call } = record()
  const controller = new AbortController()
  await runtime.startContainer('box', { signal: controller.signal })
  const { args, signal } = call('startContainer')
  expect(args[0]).toBe('box')
  expect(signal).toBeInstanceOf(AbortSignal)
  expect(signal).not.toBe(controller.signal)
})

test('a call without options hands the adapter a signal all the same', async () => {
  const { runtime, calls } = record()
  await runtime.info()
  await runtime.listContainers()
  await runtime.createVolume()
  for await (const _chunk of runtime.containerLogs('box')) expect.unreachable()
  expect(calls.map(({ method }) => method)).toEqual(['info', 'listContainers', 'createVolume', 'containerLogs'])
  for (const { signal } of calls) expect(signal).toBeInstanceOf(AbortSignal)
})
