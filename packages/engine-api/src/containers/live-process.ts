import { setTimeout as delay } from 'node:timers/promises'
import { isAnswer } from '../client/answer-error.ts'
import type { EngineClient } from '../client/client.ts'
import { isRecord } from '../client/shapes.ts'
import { connectionLost, TransportError } from '../transport/errors.ts'

/**
 * Whether a process of a container is there, by its id on the engine's host: `GET /containers/{id}/top`. `undefined` when the
 * engine does not list its processes, as of a container that is paused, or has just ended.
 */
export async function findProcess(
  client: EngineClient,
  containerId: string,
  pid: number,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  const query = { ps_args: client.dialect.processIdsQuery }
  try {
    const answer = await client.json({ path: `/containers/${containerId}/top`, query, ...(signal && { signal }) })
    const rows: unknown = isRecord(answer) ? answer['Processes'] : undefined
    if (!Array.isArray(rows)) return undefined
    // A process that has ended and was not collected yet is a zombie, `Z`.
    return rows.some((row) => Array.isArray(row) && row[0] === String(pid) && !String(row[1]).startsWith('Z'))
  } catch (error) {
    if (isAnswer(error, 400, 404, 409, 500)) return undefined
    throw error
  }
}

/** What the engine reports of a process whose output has ended: its end, or where it runs. */
export type ProcessLook<End> = { readonly end: End } | { readonly pid: number; readonly containerId: string }

/** An engine may report an end a little later than the connection shows it. */
const pausesMs = [0, 20, 60, 200] as const
const longestPauseMs = 250

/** So many looks at a process that is reported as running, where the engine lists no processes. */
const mostLooksWithoutList = 8

/** So many looks, for half a minute, at a process that is reported as running, and is not in the list of processes. */
const mostLooksAtUnlisted = 120

/**
 * To be called where the output of a process has ended: resolves with the end that the engine reports, and rejects with
 * `connection-lost` when the process still runs or the engine does not answer. Engines keep the connection open for as long as the
 * process runs, so that an earlier end is none: the engine died, or a proxy closed the connection.
 */
export async function confirmEnd<End>(
  client: EngineClient,
  look: () => Promise<ProcessLook<End>>,
  signal: AbortSignal | undefined,
): Promise<End> {
  for (let count = 0; ; count += 1) {
    const seen = await look()
    if ('end' in seen) return seen.end
    if (count > 0) {
      const isThere = await findProcess(client, seen.containerId, seen.pid, signal)
      // Docker reports an end late where another exec's output has not been read: the process is in no list by then.
      const mostLooks = isThere === undefined ? mostLooksWithoutList : mostLooksAtUnlisted
      if (isThere === true || count >= mostLooks) {
        throw connectionLost('while the process ran: its output ended, and the engine still reports it as running')
      }
    }
    await delay(pausesMs[count] ?? longestPauseMs, undefined, signal === undefined ? {} : { signal })
  }
}

/** An engine that cannot be reached any more, while a call is under way, has been lost. */
export async function whileAnswering<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof TransportError && error.kind === 'unavailable')
      throw connectionLost('while the process ran', error)
    throw error
  }
}
