import type { BuildSpec } from '../build.ts'
import { invalidArgument } from '../errors.ts'
import type { GatedMethods } from '../gated-methods.ts'
import { describeType } from './checks.ts'

type Arguments = readonly unknown[]
type Holds = (piece: unknown) => boolean

const isBytes: Holds = (piece) => piece instanceof Uint8Array
const isTextOrBytes: Holds = (piece) => typeof piece === 'string' || isBytes(piece)

/** The arguments of a call, with every source checked as it is read: what a caller without types yields is known only then. */
export function withCheckedSources(method: keyof GatedMethods, args: Arguments): Arguments {
  const replaced = (place: number, field: string, holds: Holds): Arguments =>
    args.with(place, checked(method, field, args[place], holds))
  switch (method) {
    case 'loadImages':
    case 'restoreContainer':
      return replaced(0, 'archive', isBytes)
    case 'copyToContainer':
      return replaced(2, 'archive', isBytes)
    case 'writeFile':
      return replaced(2, 'content', isTextOrBytes)
    case 'buildImage': {
      const spec = args[0] as BuildSpec
      if (!('tar' in spec.context)) return args
      const tar = checked(method, 'spec.context.tar', spec.context.tar, isBytes)
      return args.with(0, { ...spec, context: { tar } })
    }
    default:
      return args
  }
}

function checked(operation: string, field: string, source: unknown, holds: Holds): unknown {
  if (isTextOrBytes(source)) return source
  const iterable = source as AsyncIterable<unknown>
  const expected = holds === isBytes ? 'bytes' : 'text or bytes'
  return {
    [Symbol.asyncIterator](): AsyncIterator<unknown, unknown> {
      const iterator = iterable[Symbol.asyncIterator]()
      return {
        async next() {
          const result: IteratorResult<unknown, unknown> = await iterator.next()
          if (result.done === true || holds(result.value)) return result
          iterator.return?.().catch(() => undefined)
          throw invalidArgument(
            operation,
            field,
            `an AsyncIterable of ${expected}: it has yielded ${describeType(result.value)}`,
          )
        },
        async return() {
          await iterator.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
