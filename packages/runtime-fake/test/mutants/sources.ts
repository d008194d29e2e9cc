import { Readable } from 'node:stream'
import type { Runtime } from '@moorage/runtime-core'
import { around, instead, mutant, type Mutant } from './mutant.ts'

const methods = ['execContainer', 'startExec', 'writeFile', 'copyToContainer', 'loadImages', 'buildImage'] as const
type Method = (typeof methods)[number]

type Source = AsyncIterable<Uint8Array>

/** The arguments of a call with another source. */
function withSource(method: Method, given: readonly unknown[], change: (source: Source) => Source): readonly unknown[] {
  switch (method) {
    case 'execContainer':
    case 'startExec': {
      const options = given[2] as { readonly stdin?: Source } | undefined
      return options?.stdin === undefined ? given : given.with(2, { ...options, stdin: change(options.stdin) })
    }
    case 'loadImages':
      return given.with(0, change(given[0] as Source))
    case 'buildImage': {
      const spec = given[0] as { readonly context: { readonly tar: Source } }
      return given.with(0, { ...spec, context: { tar: change(spec.context.tar) } })
    }
    default:
      return given.with(2, change(given[2] as Source))
  }
}

const changing =
  (method: Method, change: (source: Source) => Source) =>
  (runtime: Runtime): Partial<Runtime> =>
    around(runtime, method, (invoke, given) => invoke(withSource(method, given, change)))

/** What is refused resolves. */
const taking =
  (method: Method) =>
  (runtime: Runtime): Partial<Runtime> =>
    around(runtime, method, instead('INVALID_ARGUMENT', 'success'))

/** Never closed, whatever becomes of the call. */
const kept = (source: Source): Source => {
  const iterator = source[Symbol.asyncIterator]()
  return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
}

/** What cannot be read is taken for empty. */
const lenient = (source: Source): Source => ({
  async *[Symbol.asyncIterator]() {
    try {
      yield* source
    } catch {
      // Nothing is read of it.
    }
  },
})

/** The source among the arguments of a call. */
function sourceOf(method: Method, given: readonly unknown[]): Source | undefined {
  const found: Source[] = []
  withSource(method, given, (source) => {
    found.push(source)
    return source
  })
  return found[0]
}

/** Closes the source of what it refuses, also while another call reads it. */
const closingAll =
  (method: Method) =>
  (runtime: Runtime): Partial<Runtime> =>
    around(runtime, method, async (invoke, given) => {
      try {
        return await invoke()
      } catch (error) {
        const source = sourceOf(method, given)
        if (source instanceof Readable) source.destroy()
        else void source?.[Symbol.asyncIterator]().return?.()
        throw error
      }
    })

/** Takes what a call that was refused has closed for empty. */
const forgetting =
  (method: Method) =>
  (runtime: Runtime): Partial<Runtime> => {
    const refused = new WeakSet<Source>()
    return around(runtime, method, async (invoke, given) => {
      const source = sourceOf(method, given)
      if (source !== undefined && refused.has(source)) return undefined
      try {
        return await invoke()
      } catch (error) {
        if (source !== undefined) refused.add(source)
        throw error
      }
    })
  }

export const sourceMutants: readonly Mutant[] = methods.flatMap((method) => [
  mutant(`${method} reads its source later`, [`calls/sources/${method}-reads-at-once`], (runtime) =>
    around(runtime, method, async (invoke) => {
      for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve))
      return invoke()
    }),
  ),
  mutant(`${method} leaves its source open`, [`calls/sources/${method}-closes-its-source`], changing(method, kept)),
  mutant(
    `${method} takes a stream that cannot be read for an empty one`,
    [`calls/sources/${method}-refuses-a-stream-that-cannot-be-read`],
    // An archive that is empty is refused all the same.
    method === 'loadImages' || method === 'buildImage' ? taking(method) : changing(method, lenient),
  ),
  mutant(
    `${method} closes the source of another call`,
    [`calls/sources/${method}-leaves-the-source-of-another-call`],
    closingAll(method),
  ),
  mutant(
    `${method} takes what a refused call has closed for empty`,
    [`calls/sources/${method}-refuses-what-a-refused-call-has-closed`],
    forgetting(method),
  ),
  ...(['copyToContainer', 'loadImages', 'buildImage'].includes(method)
    ? [
        mutant(
          `${method} takes an archive without a byte`,
          [`calls/sources/${method}-refuses-an-archive-without-a-byte`],
          taking(method),
        ),
      ]
    : []),
])
