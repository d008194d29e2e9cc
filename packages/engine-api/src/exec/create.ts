import type { EngineClient } from '../client/client.ts'
import { textField } from '../client/shapes.ts'
import { withSignal } from '../client/signals.ts'

/** `POST /containers/{id}/exec`; answers the exec's id. */
export async function createExec(
  client: EngineClient,
  containerId: string,
  body: object,
  signal: AbortSignal | undefined,
): Promise<string> {
  const endpoints = await client.endpoints()
  const made: unknown = await endpoints.getContainer(containerId).exec(withSignal(signal, body))
  return textField(made, 'id', `POST /containers/${containerId}/exec`)
}
