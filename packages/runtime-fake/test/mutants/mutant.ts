import { RuntimeError, streamFrom, type Capabilities, type Runtime, type RuntimeErrorCode } from '@moorage/runtime-core'

/** A runtime that breaks one sentence of the contract, and the cases that must notice. */
export interface Mutant {
  readonly name: string
  /** Ids of cases, each of which must fail on it. */
  readonly breaks: readonly string[]
  readonly mutate: (runtime: Runtime) => Runtime
  /** What the fake claims, where that is not all. */
  readonly capabilities?: Partial<Capabilities>
}

/** A mutant that replaces some methods. */
export function mutant(
  name: string,
  breaks: readonly string[],
  change: (runtime: Runtime) => Partial<Runtime>,
  capabilities?: Partial<Capabilities>,
): Mutant {
  return {
    name,
    breaks,
    mutate: (runtime) => ({ ...runtime, ...change(runtime) }),
    ...(capabilities && { capabilities }),
  }
}

export type MethodName = Exclude<keyof Runtime, 'capabilities' | typeof Symbol.asyncDispose>

const streaming: ReadonlySet<string> = new Set<MethodName>([
  'containerLogs',
  'saveImages',
  'containerStats',
  'copyFromContainer',
  'events',
  'composeLogs',
])

/** What becomes of a call; `invoke` makes it, with other arguments if they are given. */
export type Around = (
  invoke: (changed?: readonly unknown[]) => Promise<unknown>,
  given: readonly unknown[],
) => Promise<unknown>

/** Puts something around a method of any kind; of a stream, around its first value. */
export function around(runtime: Runtime, method: MethodName, change: Around): Partial<Runtime> {
  const call = runtime[method] as (...given: readonly unknown[]) => unknown
  if (!streaming.has(method)) {
    const wrapped = (...given: readonly unknown[]): unknown =>
      change(async (changed = given) => call(...changed), given)
    return { [method]: wrapped }
  }
  const wrapped = (...given: readonly unknown[]): unknown => {
    let isFirst = true
    const stream = call(...given) as AsyncIterator<unknown>
    return streamFrom({
      [Symbol.asyncIterator]: () => ({
        async next() {
          if (!isFirst) return stream.next()
          isFirst = false
          const answer = await change(async () => stream.next(), given)
          return (answer ?? { done: true, value: undefined }) as IteratorResult<unknown, undefined>
        },
        return: async () => stream.return?.() ?? { done: true, value: undefined },
      }),
    })
  }
  return { [method]: wrapped }
}

/** Failures of this code are told as something else: another code, or a success. */
export function instead(code: RuntimeErrorCode, other: RuntimeErrorCode | 'success'): Around {
  return async (invoke) => {
    try {
      return await invoke()
    } catch (error) {
      if (!RuntimeError.is(error, code)) throw error
      if (other === 'success') return undefined
      throw failure(other)
    }
  }
}

export function failure(code: RuntimeErrorCode, details: object = {}): RuntimeError {
  return new RuntimeError(code, { message: 'A mutant did this.', operation: 'mutant', details: details as never })
}
