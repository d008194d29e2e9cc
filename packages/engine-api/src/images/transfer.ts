import type { ImageProgressEvent, ProgressOptions, RegistryCredentials } from '@moorage/runtime-core'
import { AnswerError } from '../client/answer-error.ts'
import { asByteStream } from '../client/client.ts'
import type { CredentialSource } from '../credentials/sources.ts'
import { answerFailure, ownFailure, perform, type Call } from '../errors/failure.ts'
import { registryFailure } from '../errors/texts.ts'
import { jsonMessages } from '../transport/ndjson.ts'
import { Progress, type ProgressJson } from './progress.ts'

const byStatus: Readonly<Record<number, ReturnType<typeof registryFailure>>> = {
  401: 'UNAUTHORIZED',
  403: 'UNAUTHORIZED',
  404: 'IMAGE_NOT_FOUND',
  429: 'RATE_LIMITED',
}

interface TransferOptions extends ProgressOptions<ImageProgressEvent> {
  readonly credentials?: RegistryCredentials
}

/** What moves an image between the engine and a registry. */
export interface Transfer {
  readonly call: Call
  readonly reference: string
  readonly credentials: CredentialSource
  readonly options: TransferOptions
  /** Sends the request, with the header `X-Registry-Auth` made of this. */
  readonly send: (auth: Readonly<Record<string, string>>) => Promise<unknown>
  /** Sees every message. */
  readonly see: (message: ProgressJson) => void
}

/**
 * A pull or a push to its end: an error may come as the status, or within a stream that began as a success. Credentials
 * are the caller's, else those that are configured for this registry.
 */
export async function transfer({ call, reference, credentials, options, send, see }: Transfer): Promise<void> {
  const { operation } = call
  const { signal, onEvent } = options
  return perform(call, {}, async () => {
    const known = options.credentials ?? (await credentials({ operation, reference, signal }))
    const progress = new Progress()
    try {
      const stream = await send(known === undefined ? {} : authConfig(known))
      for await (const json of jsonMessages(asByteStream(stream))) {
        const message = json as ProgressJson
        const problem = message.errorDetail?.message ?? message.error
        if (problem !== undefined) throw refused(call, problem)
        see(message)
        onEvent?.(progress.event(message))
      }
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error
      throw answerFailure(
        call,
        registryFailure(error.engineMessage) ?? byStatus[error.status] ?? 'ENGINE_ERROR',
        {},
        error,
      )
    }
  })
}

function refused(call: Call, problem: string): Error {
  const text = `${problem.replace(/\.$/, '')}.`
  return ownFailure(call, registryFailure(problem) ?? 'ENGINE_ERROR', {}, text, { engineMessage: problem })
}

/** Credentials as the header `X-Registry-Auth` carries them. */
function authConfig(credentials: RegistryCredentials): Readonly<Record<string, string>> {
  return 'identityToken' in credentials
    ? { identitytoken: credentials.identityToken }
    : { username: credentials.username, password: credentials.password }
}
