import type { GatedMethods } from '../gated-methods.ts'
import { invalidArgument } from '../errors.ts'
import { closeUnread, expectedOfSource, openSource, type OpenedSource } from '../streams/source.ts'
import { describeType } from './checks.ts'

type Parameters = readonly unknown[]

/** What the pieces of a source may be. */
type Kind = 'archive' | 'content' | 'input'

/** Where a method takes its source. */
interface Place {
  readonly field: string
  readonly kind: Kind
  readonly of: (parameters: Parameters) => unknown
  readonly replaced: (parameters: Parameters, source: unknown) => Parameters
}

const argument = (index: number, field: string, kind: Kind): Place => ({
  field,
  kind,
  of: (parameters) => parameters[index],
  replaced: (parameters, source) => parameters.with(index, source),
})

/** A field of an argument, by its path. */
const fieldOf = (index: number, path: readonly string[], field: string, kind: Kind): Place => ({
  field,
  kind,
  of: (parameters) => path.reduce((value: unknown, name) => Reflect.get(Object(value), name), parameters[index]),
  replaced: (parameters, source) => parameters.with(index, withField(parameters[index], path, source)),
})

function withField(value: unknown, [name, ...rest]: readonly string[], source: unknown): unknown {
  if (name === undefined) return source
  const fields = Object(value)
  return { ...fields, [name]: withField(Reflect.get(fields, name), rest, source) }
}

const stdin = fieldOf(2, ['stdin'], 'options.stdin', 'input')

const places: Readonly<Partial<Record<keyof GatedMethods | 'execContainer', Place>>> = {
  execContainer: stdin,
  startExec: stdin,
  writeFile: argument(2, 'content', 'content'),
  copyToContainer: argument(2, 'archive', 'archive'),
  loadImages: argument(0, 'archive', 'archive'),
  restoreContainer: argument(0, 'archive', 'archive'),
  buildImage: fieldOf(0, ['context', 'tar'], 'spec.context.tar', 'archive'),
}

/** The source of a call: held from the turn of the call on, and freed when the call has ended, whatever became of it. */
export interface CallSource {
  /**
   * Begins to read it in the same turn: Node drops what a child process has written once the child has exited, unless it is
   * read. One piece is read ahead. INVALID_ARGUMENT for a source that cannot be read.
   */
  take(): void
  /** The parameters for the adapter, with what it reads in the place of the source. */
  into(parameters: Parameters): Parameters
  /** What the adapter reads. */
  held(): AsyncIterable<Uint8Array | string>
  /** Frees it, read or not. A pending read rejects with the reason, since an end would look like the whole content. */
  release(reason: unknown): void
}

/** The source of a call, if its method takes one and there is one that has to be read. */
export function callSource(method: keyof typeof places, parameters: Parameters): CallSource | undefined {
  const place = places[method]
  const source = place?.of(parameters)
  if (place === undefined || !isIterable(source)) return undefined
  let held: HeldSource | undefined
  return {
    take() {
      refuseUsedUp(method, place.field, source)
      held = new HeldSource(method, place, openSource(source))
    },
    into: (all) => place.replaced(all, held),
    held() {
      if (held === undefined) throw new Error(`${method}: its source has not been taken`)
      return held
    },
    release(reason) {
      if (held === undefined) closeUnread(source)
      else held.release(reason)
    },
  }
}

function isIterable(source: unknown): source is AsyncIterable<unknown> {
  return (
    typeof source === 'object' &&
    source !== null &&
    Symbol.asyncIterator in source &&
    typeof source[Symbol.asyncIterator] === 'function'
  )
}

/** Iterators that can be gone through once, and have been: a second call would take them for empty. */
const usedUp = new WeakSet<object>()

function refuseUsedUp(operation: string, field: string, source: AsyncIterable<unknown>): void {
  const expected = usedUp.has(source) ? 'a source that no other call has read' : expectedOfSource(source)
  if (expected !== undefined) throw invalidArgument(operation, field, expected)
  if ('next' in source && typeof source.next === 'function') usedUp.add(source)
}

const done = Object.freeze({ done: true, value: undefined } as const)

class HeldSource implements AsyncIterableIterator<Uint8Array | string, undefined> {
  readonly #operation: string
  readonly #place: Place
  readonly #opened: OpenedSource
  #ahead: Promise<IteratorResult<unknown, unknown>> | undefined
  #isEmpty = true
  #isOver = false
  #released: { readonly reason: unknown } | undefined
  #rejectPending: ((reason: unknown) => void) | undefined

  constructor(operation: string, place: Place, opened: OpenedSource) {
    this.#operation = operation
    this.#place = place
    this.#opened = opened
    this.#ahead = opened.next()
    // The reader sees the failure; the call may have ended before.
    this.#ahead.catch(() => undefined)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array | string, undefined>> {
    const released = this.#released
    if (released !== undefined) return Promise.reject(released.reason)
    return new Promise((resolve, reject) => {
      this.#rejectPending = reject
      this.#pull().then(resolve, reject)
    })
  }

  async return(): Promise<IteratorResult<Uint8Array | string, undefined>> {
    this.#isOver = true
    this.#opened.close()
    return done
  }

  release(reason: unknown): void {
    if (this.#released !== undefined) return
    this.#released = { reason }
    this.#opened.close()
    this.#rejectPending?.(reason)
  }

  async #pull(): Promise<IteratorResult<Uint8Array | string, undefined>> {
    for (;;) {
      if (this.#isOver) return done
      const next = this.#ahead ?? this.#opened.next()
      this.#ahead = undefined
      const result = await next
      if (result.done === true) {
        this.#isOver = true
        if (this.#isEmpty && this.#place.kind === 'archive')
          throw this.#refused('an archive: its source has ended without a byte')
        return done
      }
      const value = this.#checked(result.value)
      // An empty piece would be sent as the beginning of a body.
      if (value.length === 0) continue
      this.#isEmpty = false
      return { done: false, value }
    }
  }

  #checked(piece: unknown): Uint8Array | string {
    const { kind } = this.#place
    const isText = typeof piece === 'string' && kind !== 'archive'
    if (isText || piece instanceof Uint8Array) return piece
    this.#opened.close()
    const expected = kind === 'archive' ? 'bytes' : 'text or bytes'
    // The failure of a process's input has a code of its own, which is the adapter's to give.
    if (kind === 'input') throw new TypeError(`it has yielded ${describeType(piece)}, and not ${expected}`)
    throw this.#refused(`an AsyncIterable of ${expected}: it has yielded ${describeType(piece)}`)
  }

  #refused(expected: string): Error {
    return invalidArgument(this.#operation, this.#place.field, expected)
  }
}
