import type { ByteSource } from '../call-options.ts'
import { describeType } from '../guard/checks.ts'

/** Reads a caller's source piece by piece. */
export interface SourceReader {
  /** The next piece, or `undefined` at the end. Rejects with the source's own error, and with a TypeError for a piece that is neither text nor bytes. */
  next(): Promise<string | Uint8Array | undefined>
  /** Closes a source that is no longer wanted, without waiting for it. */
  leave(): void
}

export function readSource(source: ByteSource): SourceReader {
  const isWhole = typeof source === 'string' || source instanceof Uint8Array
  const opened = openSource(isWhole ? wholeOf(source) : source)
  return {
    async next() {
      const result = await opened.next()
      if (result.done === true) return undefined
      const { value } = result
      if (typeof value === 'string' || value instanceof Uint8Array) return value
      opened.close()
      throw new TypeError(`it has yielded ${describeType(value)}, and not text or bytes`)
    },
    leave: opened.close,
  }
}

async function* wholeOf(piece: string | Uint8Array): AsyncGenerator<string | Uint8Array, undefined> {
  yield piece
}

/** A source that is being read. */
export interface OpenedSource {
  /** Called before anything is awaited: many sources lose what is not read in the turn of the event loop in which it arrives. */
  next(): Promise<IteratorResult<unknown, unknown>>
  /** Frees the source at once, also while a `next()` is pending. Never throws. */
  close(): void
}

/** A source that breaks the protocol of iterators. */
export class BrokenSource extends TypeError {
  override readonly name = 'BrokenSource'
}

/**
 * Opens an iterable. Streams of Node and of the web are closed by their own methods: `return()` of their iterators
 * settles only after a pending `next()`, which may be never. `admit` gets what a second reader would share with the
 * first, the stream or the iterator, before anything is read, and throws where it must not be read.
 */
export function openSource(
  source: AsyncIterable<unknown>,
  admit: (shared: object) => void = () => undefined,
): OpenedSource {
  if (isWebStream(source)) {
    admit(source)
    return openWebStream(source)
  }
  const isStream = isNodeStream(source)
  if (isStream) admit(source)
  const iterator: unknown = source[Symbol.asyncIterator]()
  if (!isIterator(iterator)) {
    throw new BrokenSource('its `[Symbol.asyncIterator]()` has returned what has no method `next`')
  }
  if (!isStream) admit(iterator)
  let isOver = false
  return {
    async next() {
      try {
        const result: unknown = await iterator.next()
        if (!isResult(result)) {
          throw new BrokenSource(
            `its \`next()\` has resolved with ${describeType(result)}, and not with an iterator result`,
          )
        }
        if (result.done === true) isOver = true
        return result
      } catch (error) {
        isOver = true
        throw error
      }
    },
    close() {
      if (isOver) return
      isOver = true
      if (isStream) destroy(source)
      quietly(() => iterator.return?.())
    },
  }
}

function isIterator(value: unknown): value is AsyncIterator<unknown, unknown> {
  return isObject(value) && 'next' in value && typeof value.next === 'function'
}

function isResult(value: unknown): value is IteratorResult<unknown, unknown> {
  return isObject(value)
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Frees a source of which nothing is read. Does nothing where `admit` throws. */
export function closeUnread(source: AsyncIterable<unknown>, admit: (shared: object) => void): void {
  // A stream with another reader is that reader's.
  if (isWebStream(source) && source.locked === true) return
  quietly(() => openSource(source, admit).close())
}

/** Why nothing can be read from a stream any more, as what it should be; `undefined` where it can, or where only reading it shows. */
export function expectedOfSource(source: AsyncIterable<unknown>): string | undefined {
  if (isWebStream(source)) {
    if (source.locked === true) return 'a stream without another reader: it is locked'
    const isReadToItsEnd =
      Reflect.get(source, nodeDisturbed) === true &&
      Reflect.get(source, nodeReadable) === false &&
      Reflect.get(source, nodeErrored) !== true
    return isReadToItsEnd ? 'a stream that has not been read before: it has ended' : undefined
  }
  if (!isNodeStream(source)) return undefined
  if (source.readableEnded === true) return 'a stream that has not been read before: it has ended'
  // A stream that has failed is read: its own error is what the call rejects with.
  if (source.errored instanceof Error) return undefined
  if (source.destroyed === true) return 'a stream that can be read: it is destroyed'
  return source.readable === false ? 'a stream that can be read' : undefined
}

/** What Node's streams have, seen without importing Node. */
interface NodeStream extends AsyncIterable<unknown> {
  readonly destroy: () => unknown
  readonly on: (event: 'error', listener: () => void) => unknown
  readonly destroyed?: unknown
  readonly readable?: unknown
  readonly readableEnded?: unknown
  readonly errored?: unknown
}

function isNodeStream(source: object): source is NodeStream {
  return (
    'destroy' in source && typeof source.destroy === 'function' && 'on' in source && typeof source.on === 'function'
  )
}

/** Streams whose errors are ignored. */
const ignored = new WeakSet<object>()

function destroy(stream: NodeStream): void {
  quietly(() => {
    // A file that turns out to be missing only while it is destroyed is reported all the same, and would end the process.
    if (!ignored.has(stream)) stream.on('error', ignoreError)
    ignored.add(stream)
    stream.destroy()
  })
}

function ignoreError(): void {
  // See above.
}

interface WebReader {
  read(): Promise<IteratorResult<unknown, unknown>>
  cancel(): Promise<unknown>
  releaseLock?(): void
}

interface WebStream extends AsyncIterable<unknown> {
  readonly getReader: () => WebReader
  readonly locked?: unknown
}

/** What Node knows of a web stream beyond the standard. */
const nodeDisturbed = Symbol.for('nodejs.stream.disturbed')
const nodeReadable = Symbol.for('nodejs.stream.readable')
const nodeErrored = Symbol.for('nodejs.stream.errored')

function isWebStream(source: object): source is WebStream {
  return 'getReader' in source && typeof source.getReader === 'function'
}

function openWebStream(source: WebStream): OpenedSource {
  const reader = source.getReader()
  const unlock = (): void => quietly(() => reader.releaseLock?.())
  return {
    async next() {
      try {
        const result = await reader.read()
        if (result.done === true) unlock()
        return result
      } catch (error) {
        unlock()
        throw error
      }
    },
    close() {
      quietly(() => reader.cancel())
      unlock()
    },
  }
}

/** An iterator may throw at once instead of rejecting; either way its source is of no interest any more. */
function quietly(close: () => unknown): void {
  try {
    void Promise.resolve(close()).catch(() => undefined)
  } catch {
    // See above.
  }
}
