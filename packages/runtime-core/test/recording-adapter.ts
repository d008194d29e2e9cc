import {
  capabilityKinds,
  createRuntime,
  defineCapabilities,
  streamFrom,
  type Capabilities,
  type CreateRuntimeOptions,
  type Runtime,
  type RuntimeAdapter,
} from '@moorage/runtime-core'

/** One call that reached the adapter. */
export interface RecordedCall {
  readonly method: string
  readonly args: readonly unknown[]
  /** The signal that came with the options. */
  readonly signal: AbortSignal
}

export interface RecordingOptions {
  /** What methods answer; the others answer as little as they can. */
  readonly answers?: Partial<RuntimeAdapter>
  /** Gates and traits that are not claimed. */
  readonly lacks?: readonly (keyof Capabilities)[]
  /** Methods that the adapter does not have at all. */
  readonly without?: readonly string[]
  readonly closeTimeoutMs?: number
}

export interface Recording {
  readonly runtime: Runtime
  readonly calls: readonly RecordedCall[]
  /** The names of the methods that were reached, in order. */
  readonly reached: () => readonly string[]
  /** The one call of a method. */
  readonly call: (method: string) => RecordedCall
}

const streaming = new Set([
  'containerLogs',
  'saveImages',
  'containerStats',
  'copyFromContainer',
  'events',
  'composeLogs',
])

const all: Partial<Capabilities> = Object.fromEntries(Object.keys(capabilityKinds).map((name) => [name, true]))

async function* nothing(): AsyncGenerator<never, undefined> {}

const small: Partial<RuntimeAdapter> = {
  createContainer: async ({ name = 'made' }) => ({ id: `id-of-${name}`, name, warnings: [] }),
  createNetwork: async ({ name }) => ({ id: `id-of-${name}`, name, created: true }),
  createVolume: async (spec) => ({ name: spec?.name ?? 'made', created: true }),
  listContainers: async () => [],
}

/** A runtime over an adapter that has every method, answers as told and writes down what reached it. */
export function record(options: RecordingOptions = {}): Recording {
  const calls: RecordedCall[] = []
  const answers: Partial<Record<string, unknown>> = { ...small, ...options.answers }
  const lacking = Object.fromEntries((options.lacks ?? []).map((name) => [name, false]))
  const fixed: Partial<Record<string, unknown>> = {
    backend: 'recording',
    capabilities: defineCapabilities({ ...all, ...lacking }),
  }
  const adapter = new Proxy(fixed, {
    get(_target, method) {
      if (typeof method === 'symbol' || method in fixed) return Reflect.get(fixed, method)
      if (options.without?.includes(method) === true) return undefined
      return (...args: readonly unknown[]): unknown => {
        const { signal } = Object(args.at(-1))
        calls.push({ method, args, signal })
        const answer = answers[method]
        if (typeof answer === 'function') return Reflect.apply(answer, undefined, args)
        return streaming.has(method) ? streamFrom(nothing()) : Promise.resolve()
      }
    },
  })
  const runtimeOptions: CreateRuntimeOptions =
    options.closeTimeoutMs === undefined ? {} : { closeTimeoutMs: options.closeTimeoutMs }
  return {
    runtime: createRuntime(adapter as unknown as RuntimeAdapter, runtimeOptions),
    calls,
    reached: () => calls.map(({ method }) => method),
    call(method) {
      const found = calls.filter((call) => call.method === method)
      if (found[0] === undefined || found.length > 1) throw new Error(`${method} was reached ${found.length} times`)
      return found[0]
    },
  }
}
