import type { CallOptions, RuntimeError } from '@moorage/runtime-core'
import { isAnswer, type AnswerError } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { withSignal } from '../client/signals.ts'
import { addContainer } from '../errors/argument-secrets.ts'
import { currentSecrets } from '../errors/call-secrets.ts'
import { answerFailure, perform, unsupportedBy, type Call } from '../errors/failure.ts'
import { saysPortInUse, startFailure, startFailureExitCode } from '../errors/texts.ts'
import { plainName } from './details.ts'
import { containerCall, findJson, inspectJson, missingContainer } from './inspect.ts'
import type { ContainerJson, ContainerRowJson } from './json.ts'
import type { KeptExits } from './kept-exits.ts'

/** `POST /containers/{id}/start`; 304 (it runs already) is a success. */
export async function startContainer(
  client: EngineClient,
  kept: KeptExits,
  id: string,
  { signal }: CallOptions = {},
): Promise<void> {
  const call = containerCall(client, 'startContainer', id)
  return perform(call, missingContainer, async () => {
    const json = await inspectJson(client, id, signal)
    const isRunning = client.dialect.containerStatus(json.State.Status).status === 'running'
    if (isRunning) return
    const disarm = await armFor(kept, json)
    try {
      await sendStart(client, json.Id, signal)
    } catch (error) {
      disarm?.()
      throw isAnswer(error, 400, 404, 409, 500) ? await startError(call, json, error, signal) : error
    }
  })
}

/** Begins to wait for the exit of one that removes itself; call the answer when the start fails. */
export async function armFor(kept: KeptExits, json: ContainerJson): Promise<(() => void) | undefined> {
  kept.release(plainName(json.Name), json.Id)
  return json.HostConfig.AutoRemove === true ? kept.arm(json.Id, plainName(json.Name)) : undefined
}

async function sendStart(client: EngineClient, id: string, signal: AbortSignal | undefined): Promise<void> {
  const endpoints = await client.endpoints()
  try {
    await endpoints.getContainer(id).start(withSignal(signal, {}))
  } catch (error) {
    if (!isAnswer(error, 304)) throw error
  }
}

/** What a refused start, or restart, means. */
export async function startError(
  call: Call,
  json: ContainerJson,
  answer: AnswerError,
  signal?: AbortSignal,
): Promise<RuntimeError> {
  const { client } = call
  const secrets = currentSecrets()
  if (secrets !== undefined) addContainer(secrets, json)
  if (answer.status === 404) {
    const gone = (await findJson(client, json.Id, signal)) === undefined
    return answerFailure(call, gone ? 'CONTAINER_NOT_FOUND' : 'NETWORK_NOT_FOUND', {}, answer)
  }
  if (saysPortInUse(answer.engineMessage)) {
    const taken = await takenPort(client, json, signal)
    return answerFailure(
      call,
      'PORT_IN_USE',
      taken,
      answer,
      'Free the port, or leave `hostPort` out to get a free one.',
    )
  }
  const unsupported = unsupportedBy(call, answer)
  if (unsupported !== undefined) return unsupported
  const reason = startFailure(answer.engineMessage)
  if (reason === undefined) return answerFailure(call, 'ENGINE_ERROR', {}, answer)
  const details = { reason, exitCode: startFailureExitCode(reason) }
  return answerFailure(
    call,
    'CONTAINER_START_FAILED',
    details,
    answer,
    'Check the command, the user and the working directory.',
  )
}

/** Which of the asked host ports another container holds; a stranger's process leaves no trace in the engine. */
async function takenPort(
  client: EngineClient,
  json: ContainerJson,
  signal?: AbortSignal,
): Promise<{ readonly hostPort?: number; readonly holderId?: string }> {
  const asked = Object.values(json.HostConfig.PortBindings ?? {})
    .flatMap((bindings) => bindings ?? [])
    .map(({ HostPort }) => Number(HostPort ?? ''))
    .filter((port) => port > 0)
  const endpoints = await client.endpoints()
  const rows: unknown = await endpoints.listContainers(withSignal(signal, {}))
  for (const row of rows as readonly ContainerRowJson[]) {
    const port = row.Ports?.find(({ PublicPort }) => PublicPort !== undefined && asked.includes(PublicPort))?.PublicPort
    if (port !== undefined && row.Id !== json.Id) return { hostPort: port, holderId: row.Id }
  }
  const [only] = asked
  return asked.length === 1 && only !== undefined ? { hostPort: only } : {}
}
