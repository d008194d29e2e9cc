import {
  errorCodes,
  RuntimeError,
  type ErrorDetails,
  type ResourceKind,
  type RuntimeErrorCode,
} from '@moorage/runtime-core'
import { AnswerError } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { printableEndpoint } from '../transport/endpoint.ts'
import { TransportError } from '../transport/errors.ts'
import { currentSecrets, type CallSecrets } from './call-secrets.ts'
import { redactError } from './redact.ts'
import { unsupportedField } from './texts.ts'

/** The codes that need no details. */
export type PlainCode = {
  [Code in RuntimeErrorCode]: Readonly<Record<string, never>> extends ErrorDetails<Code> ? Code : never
}[RuntimeErrorCode]

/** One call of the interface: for errors and for what they say. */
export interface Call {
  readonly client: EngineClient
  readonly operation: string
  readonly resource?: { readonly kind: ResourceKind; readonly id: string }
}

/** What an answer's status means in this call. */
export type Meanings = Readonly<Record<number, PlainCode>>

/** Runs a call and says in a `RuntimeError` what went wrong; an abort's reason passes as it is. */
export async function perform<T>(call: Call, meanings: Meanings, body: () => Promise<T>): Promise<T> {
  secretsOf(call)
  try {
    return await body()
  } catch (error) {
    throw failure(call, meanings, error)
  }
}

const secretsByCall = new WeakMap<Call, CallSecrets>()

/** Kept by the call: what it returned, such as an exec, is used outside of it. */
function secretsOf(call: Call): CallSecrets | undefined {
  const known = secretsByCall.get(call)
  if (known !== undefined) return known
  const secrets = currentSecrets()
  if (secrets !== undefined) secretsByCall.set(call, secrets)
  return secrets
}

/** The `RuntimeError` for whatever a call threw. */
export function failure(call: Call, meanings: Meanings, error: unknown): unknown {
  return redactError(runtimeError(call, meanings, error), secretsOf(call))
}

function runtimeError(call: Call, meanings: Meanings, error: unknown): unknown {
  if (error instanceof AnswerError) {
    const code = meanings[error.status] ?? 'ENGINE_ERROR'
    return answerFailure(call, code, {}, error)
  }
  if (error instanceof TransportError) return transportFailure(call, error)
  return error
}

/** A `RuntimeError` made from an answer of the engine. */
export function answerFailure<Code extends RuntimeErrorCode>(
  call: Call,
  code: Code,
  details: ErrorDetails<Code>,
  answer: AnswerError,
  advice: string = adviceFor(code),
): RuntimeError<Code> {
  // The answer to a HEAD has no body.
  const said = answer.engineMessage === '' ? errorCodes[code].meaning : answer.engineMessage
  return new RuntimeError(code, {
    message: `${call.operation}: ${what(call)}${said.replace(/\.$/, '')}. ${advice}`.trim(),
    operation: call.operation,
    ...(call.resource && { resource: call.resource }),
    engine: { status: answer.status, message: answer.engineMessage },
    details,
    cause: answer,
  })
}

/** UNSUPPORTED where the engine's words say that its host does not have what a field asks for. */
export function unsupportedBy(call: Call, error: unknown): RuntimeError<'UNSUPPORTED'> | undefined {
  if (!(error instanceof AnswerError)) return undefined
  const field = unsupportedField(error.engineMessage)
  if (field === undefined) return undefined
  const advice = 'Leave the field out, or choose an engine whose host has it.'
  return answerFailure(call, 'UNSUPPORTED', { field: `spec.${field}` }, error, advice)
}

/** A `RuntimeError` of our own making: the engine did answer, and the answer means this. */
export function ownFailure<Code extends RuntimeErrorCode>(
  call: Call,
  code: Code,
  details: ErrorDetails<Code>,
  text: string,
  more: { readonly engineMessage?: string; readonly cause?: unknown } = {},
): RuntimeError<Code> {
  return new RuntimeError(code, {
    message: `${call.operation}: ${text}`,
    operation: call.operation,
    ...(call.resource && { resource: call.resource }),
    ...(more.engineMessage !== undefined && { engine: { message: more.engineMessage } }),
    details,
    ...(more.cause !== undefined && { cause: more.cause }),
  })
}

function transportFailure(call: Call, error: TransportError): RuntimeError {
  const { client, operation, resource } = call
  const engine = client.dialect.engineName
  const common = { operation, ...(resource && { resource }), cause: error }
  switch (error.kind) {
    case 'unavailable':
    case 'invalid-endpoint':
    case 'unsupported-endpoint': {
      const target = printableEndpoint(client.transport.endpoint)
      return new RuntimeError('ENGINE_UNAVAILABLE', {
        ...common,
        message: `${operation}: ${engine} does not answer at ${target}: ${error.message}. Check that it runs and that this user may connect.`,
        details: { tried: [{ target, source: 'open runtime', reason: error.message }] },
      })
    }
    case 'connection-lost':
      return new RuntimeError('CONNECTION_LOST', {
        ...common,
        message: `${operation}: ${error.message}. Check whether ${engine} was stopped or restarted, and what became of the resource, before trying again.`,
        details: {},
      })
    case 'protocol':
      return new RuntimeError('PROTOCOL_ERROR', {
        ...common,
        message: `${operation}: ${error.message}. Check that nothing but ${engine} answers at ${printableEndpoint(client.transport.endpoint)}.`,
        details: {},
      })
    case 'input-ended':
      return new RuntimeError('STDIN_CLOSED', {
        ...common,
        message: `${operation}: nothing more can be written: ${error.message}. Start another process to write to it.`,
        details: {},
      })
    case 'closed':
      return new RuntimeError('RUNTIME_CLOSED', {
        ...common,
        message: `${operation}: the runtime is closed. Open another one to go on.`,
        details: {},
      })
    case 'daemon':
      return new RuntimeError('ENGINE_ERROR', {
        ...common,
        message: `${operation}: ${engine} ended the stream with an error: ${error.message}.`,
        engine: { message: error.message },
        details: {},
      })
  }
}

function what({ resource }: Call): string {
  return resource === undefined ? '' : `${resource.kind} \`${resource.id}\`: `
}

function adviceFor(code: RuntimeErrorCode): string {
  return advice[code] ?? ''
}

const advice: Partial<Readonly<Record<RuntimeErrorCode, string>>> = {
  CONTAINER_NOT_FOUND: 'List the containers to see which there are.',
  CONTAINER_NOT_RUNNING: 'Start it first.',
  CONTAINER_IS_RUNNING: 'Stop it first, or remove it with `force`.',
  IMAGE_NOT_FOUND: 'Check the reference, or pull the image first (`pullPolicy: "missing"` does).',
  IMAGE_IN_USE: 'Remove the containers that use it first.',
  NETWORK_NOT_FOUND: 'Create the network first, or check its name.',
  NETWORK_IN_USE: 'Stop or disconnect its containers first.',
  VOLUME_NOT_FOUND: 'Create the volume first, or check its name.',
  VOLUME_IN_USE: 'Remove the containers that use it first.',
  PATH_NOT_FOUND: 'Create the path first: it is not made for you.',
  UNAUTHORIZED: 'Pass `credentials` for this registry.',
  RATE_LIMITED: 'Wait before trying again, or pass `credentials`.',
  REGISTRY_UNAVAILABLE: "Check the registry's address and whether it runs.",
}
