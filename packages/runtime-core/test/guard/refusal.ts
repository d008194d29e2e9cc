import { expect } from 'vitest'
import { rejection } from '../deferred.ts'
import { invoke, type MethodName } from '../every-call.ts'
import { record } from '../recording-adapter.ts'

/** How a call with these arguments fails, before it reaches the adapter. */
export async function refusal(method: MethodName, args: readonly unknown[]): Promise<unknown> {
  const { runtime, reached } = record()
  const error = await rejection(invoke(runtime, method, args))
  expect(reached()).toEqual([])
  return error
}
