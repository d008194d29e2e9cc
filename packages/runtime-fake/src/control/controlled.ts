import {
  createStream,
  RuntimeError,
  type CallOptions,
  type ErrorDetails,
  type RuntimeAdapter,
  type RuntimeErrorCode,
  type RuntimeStream,
} from '@moorage/runtime-core'
import type { Clock } from '../clock/clock.ts'
import type { FakeFault, FakeMethod, Faults } from './faults.ts'
import type { Journal } from './journal.ts'

/** What stands between the guard and the fake. */
export interface Controls {
  readonly faults: Faults
  readonly journal: Journal
  readonly clock: Clock
}

type AnyMethod = (...given: readonly unknown[]) => unknown

const streaming: ReadonlySet<string> = new Set<FakeMethod>([
  'containerLogs',
  'saveImages',
  'containerStats',
  'copyFromContainer',
  'events',
  'composeLogs',
])

/** The same adapter, whose calls are noted and can be made to go wrong. */
export function controlled(adapter: RuntimeAdapter, controls: Controls): RuntimeAdapter {
  const wrapped = Object.entries(adapter).map(([name, member]) => {
    if (typeof member !== 'function' || name === 'close') return [name, member] as const
    const method = name as FakeMethod
    const call = member as AnyMethod
    return [
      name,
      streaming.has(name) ? controlledStream(controls, method, call) : controlledCall(controls, method, call),
    ] as const
  })
  return Object.fromEntries(wrapped) as unknown as RuntimeAdapter
}

function controlledCall({ faults, journal, clock }: Controls, method: FakeMethod, call: AnyMethod): AnyMethod {
  return async (...given) => {
    const end = journal.begin(method, given)
    const fault = faults.take(method)
    const signal = signalOf(given)
    try {
      if (fault?.kind === 'fail') throw failed(method, fault)
      if (fault?.kind === 'stall') await stall(signal)
      if (fault?.kind === 'delay') await clock.sleep(fault.milliseconds, signal)
      const answer = await call(...given)
      if (fault?.kind === 'lose-connection') throw lost(method)
      end('resolved')
      return answer
    } catch (error) {
      end({ error })
      throw error
    }
  }
}

function controlledStream({ faults, journal, clock }: Controls, method: FakeMethod, call: AnyMethod): AnyMethod {
  return (...given) =>
    createStream(async () => {
      const end = journal.begin(method, given)
      const fault = faults.take(method)
      const signal = signalOf(given)
      if (fault?.kind === 'delay') await clock.sleep(fault.milliseconds, signal)
      const stream = call(...given) as RuntimeStream<unknown>
      let left = fault?.kind === 'lose-connection' ? (fault.afterValues ?? 0) : Number.POSITIVE_INFINITY
      return {
        async pull() {
          try {
            if (fault?.kind === 'fail') throw failed(method, fault)
            if (fault?.kind === 'stall') await stall(signal)
            if (left === 0) throw lost(method)
            left -= 1
            return await stream.next()
          } catch (error) {
            end({ error })
            throw error
          }
        },
        async release() {
          end('resolved')
          await stream.return()
        },
      }
    })
}

function signalOf(given: readonly unknown[]): AbortSignal | undefined {
  const options = given.at(-1) as CallOptions | undefined
  return typeof options === 'object' ? options.signal : undefined
}

function stall(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function failed(method: FakeMethod, { code, message, details }: Extract<FakeFault, { kind: 'fail' }>): RuntimeError {
  return new RuntimeError(code, {
    message: message ?? `${method}: failed with ${code}, because the fake was told to.`,
    operation: method,
    details: details ?? detailsFor(code),
  })
}

/** Codes whose details have fields that callers read; nothing is known of a failure that was made up. */
function detailsFor(code: RuntimeErrorCode): ErrorDetails<RuntimeErrorCode> {
  const byCode: Partial<Record<RuntimeErrorCode, ErrorDetails<RuntimeErrorCode>>> = {
    INVALID_ARGUMENT: { field: 'unknown', expected: 'something else' },
    NAME_CONFLICT: { name: 'unknown' },
    NETWORK_CONFLICT: { differs: [] },
    VOLUME_CONFLICT: { differs: [] },
    CONTAINER_START_FAILED: { reason: 'other' },
    EXEC_START_FAILED: { reason: 'other' },
    OUTPUT_LIMIT: { limitBytes: 0 },
    ENGINE_UNAVAILABLE: { tried: [] },
    BUILD_FAILED: { logTail: [] },
    COMPOSE_FAILED: { kind: 'other', arguments: [], lastLines: [] },
    COMPOSE_UNAVAILABLE: { tried: [] },
    CREDENTIAL_HELPER_FAILED: { helper: 'unknown' },
  }
  return byCode[code] ?? {}
}

function lost(method: FakeMethod): RuntimeError<'CONNECTION_LOST'> {
  return new RuntimeError('CONNECTION_LOST', {
    message: `${method}: the connection to the engine was lost, because the fake was told to lose it.`,
    operation: method,
    details: {},
  })
}
