import type { GatedMethods } from '../gated-methods.ts'
import { invalidArgument, RuntimeError } from '../errors.ts'
import type { MandatoryMethods } from '../runtime.ts'
import { BrokenSource, type OpenedSource } from '../streams/source.ts'
import { describeType } from './checks.ts'
import { ownFields } from './options.ts'
import { claimSource, discardSource, type ClaimedSource } from './source-claims.ts'

type Parameters = readonly unknown[]

/** What the pieces of a source may be. */
type Kind = 'archive' | 'content' | 'input'

/** Where a method takes its source. */
interface Place {
  readonly field: string
  readonly kind: Kind
  /** The parameters with plain fields on the way to the source, so that a getter is called once. */
  readonly owned: (parameters: Parameters) => Parameters
  readonly of: (parameters: Parameters) => unknown
  readonly replaced: (parameters: Parameters, source: unknown) => Parameters
}

const argument = (index: number, field: string, kind: Kind): Place => ({
  field,
  kind,
  owned: (parameters) => parameters,
  of: (parameters) => parameters[index],
  replaced: (parameters, source) => parameters.with(index, source),
})

/** A field of an argument, by its path. */
const fieldOf = (index: number, path: readonly string[], field: string, kind: Kind): Place => ({
  field,
  kind,
  owned: (parameters) =>
    index < parameters.length ? parameters.with(index, owned(parameters[index], path)) : parameters,
  of: (parameters) => path.reduce((value: unknown, name) => Reflect.get(Object(value), name), parameters[index]),
  replaced: (parameters, source) => parameters.with(index, withField(parameters[index], path, source)),
})

function owned(value: unknown, [name, ...rest]: readonly string[]): unknown {
  const fields = ownFields(value)
  if (name === undefined || rest.length === 0 || fields === value || !(name in Object(fields))) return fields
  return { ...Object(fields), [name]: owned(Reflect.get(Object(fields), name), rest) }
}

function withField(value: unknown, [name, ...rest]: readonly string[], source: unknown): unknown {
  if (name === undefined) return source
  const fields = Object(value)
  return { ...fields, [name]: withField(Reflect.get(fields, name), rest, source) }
}

const stdin = fieldOf(2, ['stdin'], 'options.stdin', 'input')

type Methods = GatedMethods & MandatoryMethods

type Whole = string | number | boolean | bigint | symbol | null | undefined | Uint8Array | AbortSignal

/** `true` where a value of the type may be or hold a source. */
type Sourced<T> =
  T extends AsyncIterable<unknown>
    ? true
    : T extends Whole | ((...parameters: never) => unknown)
      ? never
      : T extends readonly (infer Item)[]
        ? Sourced<Item>
        : { [Field in keyof T]-?: Sourced<T[Field]> }[keyof T]

type SourceMethod = {
  [Method in keyof Methods]: true extends Sourced<globalThis.Parameters<Methods[Method]>> ? Method : never
}[keyof Methods]

const placeOf: Readonly<Record<SourceMethod, Place>> = {
  execContainer: stdin,
  startExec: stdin,
  writeFile: argument(2, 'content', 'content'),
  copyToContainer: argument(2, 'archive', 'archive'),
  loadImages: argument(0, 'archive', 'archive'),
  restoreContainer: argument(0, 'archive', 'archive'),
  buildImage: fieldOf(0, ['context', 'tar'], 'spec.context.tar', 'archive'),
}

const places: Readonly<Partial<Record<keyof Methods, Place>>> = placeOf

/** The source of a call: held from the turn of the call on, and freed when the call has ended, is refused or is aborted. */
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
export function callSource(method: keyof Methods, parameters: Parameters): CallSource | undefined {
  const place = places[method]
  const source = place?.of(parameters)
  if (place === undefined || !isIterable(source)) return undefined
  let held: HeldSource | undefined
  return {
    take() {
      held = new HeldSource(method, place, claimed(method, place, source))
    },
    into: (all) => place.replaced(all, held),
    held() {
      if (held === undefined) throw new Error(`${method}: its source has not been taken`)
      return held
    },
    release(reason) {
      if (held === undefined) discardSource(source)
      else held.release(reason)
    },
  }
}

/** The parameters with copies of the options, and of what holds the source: getters are called once, and their errors free the source. */
export function ownParameters(method: keyof Methods, parameters: Parameters, options: number): Parameters {
  try {
    const copied =
      options < parameters.length ? parameters.with(options, ownFields(parameters[options])) : [...parameters]
    return places[method]?.owned(copied) ?? copied
  } catch (error) {
    release(method, parameters, error)
    throw error
  }
}

function release(method: keyof Methods, parameters: Parameters, reason: unknown): void {
  try {
    callSource(method, parameters)?.release(reason)
  } catch {
    // The getter of the source itself throws.
  }
}

/** INVALID_ARGUMENT for a source without an iterator. A process's input fails when it is read, as any other failure of it does. */
function claimed(method: string, place: Place, source: AsyncIterable<unknown>): ClaimedSource {
  try {
    return claimSource(method, place.field, source)
  } catch (error) {
    if (place.kind === 'input' && !RuntimeError.is(error)) return failing(error)
    throw error instanceof BrokenSource ? refusedSource(method, place, error.message) : error
  }
}

function failing(error: unknown): ClaimedSource {
  const next = async (): Promise<never> => {
    throw error
  }
  return { opened: { next, close: () => undefined }, release: () => undefined }
}

function refusedSource(method: string, { field, kind }: Place, found: string): Error {
  return invalidArgument(
    method,
    field,
    `an AsyncIterable of ${kind === 'archive' ? 'bytes' : 'text or bytes'}: ${found}`,
  )
}

function isIterable(source: unknown): source is AsyncIterable<unknown> {
  return (
    typeof source === 'object' &&
    source !== null &&
    Symbol.asyncIterator in source &&
    typeof source[Symbol.asyncIterator] === 'function'
  )
}

const done = Object.freeze({ done: true, value: undefined } as const)

class HeldSource implements AsyncIterableIterator<Uint8Array | string, undefined> {
  readonly #operation: string
  readonly #place: Place
  readonly #claimed: ClaimedSource
  readonly #opened: OpenedSource
  #ahead: Promise<IteratorResult<unknown, unknown>> | undefined
  #isEmpty = true
  #isOver = false
  #released: { readonly reason: unknown } | undefined
  #rejectPending: ((reason: unknown) => void) | undefined

  constructor(operation: string, place: Place, claimed: ClaimedSource) {
    this.#operation = operation
    this.#place = place
    this.#claimed = claimed
    this.#opened = claimed.opened
    this.#ahead = this.#opened.next()
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
    this.#claimed.release()
    this.#rejectPending?.(reason)
  }

  async #pull(): Promise<IteratorResult<Uint8Array | string, undefined>> {
    for (;;) {
      if (this.#isOver) return done
      const next = this.#ahead ?? this.#opened.next()
      this.#ahead = undefined
      const result = await next.catch((error: unknown) => {
        throw this.#place.kind !== 'input' && error instanceof BrokenSource
          ? refusedSource(this.#operation, this.#place, error.message)
          : error
      })
      if (result.done === true) {
        this.#isOver = true
        if (this.#isEmpty && this.#place.kind === 'archive')
          throw invalidArgument(this.#operation, this.#place.field, 'an archive: its source has ended without a byte')
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
    const found = `it has yielded ${describeType(piece)}`
    // The adapter rejects with STDIN_FAILED.
    if (kind === 'input') throw new TypeError(`${found}, and not text or bytes`)
    throw refusedSource(this.#operation, this.#place, found)
  }
}
