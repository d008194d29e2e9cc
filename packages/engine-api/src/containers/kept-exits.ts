import type { EngineClient } from '../client/client.ts'

/** The exit codes of containers that remove themselves, kept for those who ask when they are gone. */
export class KeptExits {
  readonly #client: EngineClient
  readonly #exits = new Map<string, Exit>()
  readonly #lifetime = new AbortController()

  constructor(client: EngineClient) {
    this.#client = client
  }

  /** Begins to wait for the next exit, and resolves once the engine does. Call it before the start. */
  async arm(id: string, name: string): Promise<() => void> {
    const disarm = new AbortController()
    const stop = (): void => disarm.abort()
    this.#lifetime.signal.addEventListener('abort', stop, { once: true })
    const body = await this.#client.stream({
      method: 'POST',
      path: `/containers/${id}/wait`,
      query: { condition: 'next-exit' },
      signal: disarm.signal,
    })
    const code = body
      .readJson()
      .then(exitCodeOf)
      .finally(() => this.#lifetime.signal.removeEventListener('abort', stop))
    // Whoever asks for it sees the failure; nobody may ask.
    code.catch(() => undefined)
    this.#exits.set(id, { name, code })
    return () => {
      this.#exits.delete(id)
      stop()
    }
  }

  /** By id, beginning of an id, or name. */
  find(idOrName: string): Promise<number> | undefined {
    const direct = this.#exits.get(idOrName)
    if (direct !== undefined) return direct.code
    for (const [id, { name, code }] of this.#exits) {
      if (name === idOrName || (idOrName.length >= shortestPrefix && id.startsWith(idOrName))) return code
    }
    return undefined
  }

  /** Ends the waiting for those that still run. */
  close(): void {
    this.#lifetime.abort()
    this.#exits.clear()
  }
}

interface Exit {
  readonly name: string
  readonly code: Promise<number>
}

const shortestPrefix = 12

/** The answer of `POST /containers/{id}/wait`. */
export function exitCodeOf(answer: unknown): number {
  const code = typeof answer === 'object' && answer !== null && 'StatusCode' in answer ? answer.StatusCode : undefined
  if (typeof code === 'number') return code
  throw new Error(`the engine answered a wait with ${JSON.stringify(answer)}`)
}
