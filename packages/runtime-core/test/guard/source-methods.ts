import type { Runtime, RuntimeAdapter } from '@moorage/runtime-core'

export type Pieces = AsyncIterable<Uint8Array>

export const cat = { command: ['cat'] }
export const never = (): Promise<never> => new Promise(() => {})
export const text = async (source: AsyncIterable<Uint8Array | string> | undefined): Promise<string> => {
  let all = ''
  for await (const some of source ?? []) all += typeof some === 'string' ? some : Buffer.from(some).toString()
  return all
}

/** Every method with a source: how it is called, and where the adapter finds the source. */
export const methods = [
  [
    'execContainer',
    (runtime: Runtime, stdin: Pieces, options = {}) => runtime.execContainer('box', cat, { ...options, stdin }),
  ],
  [
    'startExec',
    (runtime: Runtime, stdin: Pieces, options = {}) => runtime.startExec('box', cat, { ...options, stdin }),
  ],
  ['writeFile', (runtime: Runtime, content: Pieces, options = {}) => runtime.writeFile('box', '/a', content, options)],
  [
    'copyToContainer',
    (runtime: Runtime, tar: Pieces, options = {}) => runtime.copyToContainer('box', '/', tar, options),
  ],
  ['loadImages', (runtime: Runtime, tar: Pieces, options = {}) => runtime.loadImages(tar, options)],
  ['restoreContainer', (runtime: Runtime, tar: Pieces, options = {}) => runtime.restoreContainer(tar, options)],
  ['buildImage', (runtime: Runtime, tar: Pieces, options = {}) => runtime.buildImage({ context: { tar } }, options)],
] as const

type Name = (typeof methods)[number][0]

/** An adapter that does this with the source that it is given. */
export function reading(method: Name, read: (source: Pieces) => Promise<unknown>): Partial<RuntimeAdapter> {
  const answer = (...args: readonly unknown[]): Promise<unknown> => {
    const source = args
      .flatMap((given) => [
        given,
        Reflect.get(Object(given), 'stdin'),
        Reflect.get(Object(Reflect.get(Object(given), 'context')), 'tar'),
      ])
      .find((given) => typeof given === 'object' && given !== null && Symbol.asyncIterator in given)
    return read(source as Pieces)
  }
  return { [method]: answer }
}

/** Counts what is done to it. */
export function watched(next: () => Promise<IteratorResult<Uint8Array, undefined>>) {
  const seen = { opened: 0, read: 0, closed: 0 }
  const source: Pieces = {
    [Symbol.asyncIterator]() {
      seen.opened += 1
      return {
        next() {
          seen.read += 1
          return next()
        },
        async return() {
          seen.closed += 1
          return { done: true, value: undefined }
        },
      }
    },
  }
  return { source, seen }
}
