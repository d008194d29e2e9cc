import { secretsOf } from './argument-secrets.ts'
import { withSecrets, type CallSecrets } from './call-secrets.ts'
import { isOurs, releaseError } from './redact.ts'

/**
 * The same methods; the errors that they reject with have the secrets of their call replaced. The reason of an abort and
 * what a function of the caller throws stay the same object.
 */
export function redactingErrors<Methods extends object>(methods: Methods): Methods {
  const entries = Object.entries(methods).map(([operation, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [operation, member] as const
    return [
      operation,
      (...given: readonly unknown[]): unknown => {
        const secrets = secretsOf(operation, given)
        return guarded(secrets, () => member(...given.map((argument) => markingThrows(argument, secrets))))
      },
    ] as const
  })
  return Object.fromEntries(entries) as Methods
}

/** Options whose functions, such as `onEvent`, note what they throw. */
function markingThrows(argument: unknown, secrets: CallSecrets): unknown {
  if (typeof argument !== 'object' || argument === null) return argument
  if (Object.getPrototypeOf(argument) !== Object.prototype) return argument
  const entries: readonly (readonly [string, unknown])[] = Object.entries(argument)
  if (!entries.some(([, value]) => typeof value === 'function')) return argument
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'function' ? marking(value, argument, secrets) : value]),
  )
}

function marking(work: CallableFunction, owner: object, secrets: CallSecrets): CallableFunction {
  return (...given: readonly unknown[]): unknown => {
    try {
      return Reflect.apply(work, owner, given)
    } catch (error) {
      secrets.addCallersError(error)
      throw error
    }
  }
}

function guarded(secrets: CallSecrets, work: () => unknown): unknown {
  const answer = withSecrets(secrets, work)
  if (answer instanceof Promise) return answer.catch((error: unknown) => rethrow(error, secrets))
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer) || !('next' in answer)) {
    return answer
  }
  const stream = answer as AsyncIterator<unknown>
  const redacting = {
    ...stream,
    next: () => withSecrets(secrets, () => stream.next().catch((error: unknown) => rethrow(error, secrets))),
    [Symbol.asyncIterator]: () => redacting,
  }
  return redacting
}

async function rethrow(error: unknown, secrets: CallSecrets): Promise<never> {
  if (isOurs(error) && !secrets.isCallersError(error)) await secrets.readFiles()
  throw releaseError(error, secrets)
}
