import { secretsOf } from './argument-secrets.ts'
import { withSecrets, type CallSecrets } from './call-secrets.ts'
import { isOurs, redactError } from './redact.ts'

/** The same methods; no error that they reject with holds a secret of its call. */
export function redactingErrors<Methods extends object>(methods: Methods): Methods {
  const entries = Object.entries(methods).map(([operation, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [operation, member] as const
    return [
      operation,
      (...given: readonly unknown[]): unknown => {
        const secrets = secretsOf(operation, given)
        return guarded(secrets, () => member(...given))
      },
    ] as const
  })
  return Object.fromEntries(entries) as Methods
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
  if (isOurs(error)) await secrets.readFiles()
  throw redactError(error, secrets)
}
