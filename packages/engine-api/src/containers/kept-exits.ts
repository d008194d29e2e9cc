import type { EngineClient } from '../client/client.ts'
import { isRecord, malformed } from '../client/shapes.ts'

/** The exit codes of containers that remove themselves, kept for those who ask when they are gone. */
export class KeptExits {
  readonly #client: EngineClient
  /** By id, the latest holder of a name last. */
  readonly #exits = new Map<string, Exit>()
  readonly #waits = new Set<AbortController>()

  constructor(client: EngineClient) {
    this.#client = client
  }

  /**
   * Begins to wait for the removal, which comes with the last exit code also where the container was restarted before; resolves
   * once the engine does. Call it before the start.
   */
  async arm(id: string, name: string): Promise<() => void> {
    const wait = new AbortController()
    this.#waits.add(wait)
    const end = (): void => void this.#waits.delete(wait)
    const path = `/containers/${id}/wait`
    const body = await this.#client
      .stream({ method: 'POST', path, query: { condition: 'removed' }, signal: wait.signal })
      .catch((error: unknown) => {
        end()
        throw error
      })
    const code = body
      .readJson()
      .then((answer) => {
        const exitCode = exitCodeOf(answer, `POST ${path}`)
        if (exitCode < 0) throw malformed(`POST ${path}`, 'the exit code of a container that has exited')
        return exitCode
      })
      .finally(end)
    // It may be that no caller asks for it.
    code.catch(() => undefined)
    this.#exits.delete(id)
    this.#exits.set(id, { name, code })
    return () => {
      this.#exits.delete(id)
      wait.abort()
    }
  }

  /** The name belongs to another container from now on. */
  release(name: string, holderId: string): void {
    for (const [id, exit] of this.#exits) {
      if (id !== holderId && exit.name === name) this.#exits.set(id, { code: exit.code })
    }
  }

  rename(id: string, name: string): void {
    const exit = this.#exits.get(id)
    if (exit !== undefined) this.#exits.set(id, { ...exit, name })
    this.release(name, id)
  }

  /** By id, name, or beginning of an id. */
  find(idOrName: string): Promise<number> | undefined {
    const direct = this.#exits.get(idOrName)
    if (direct !== undefined) return direct.code
    const exits = [...this.#exits]
    const named = exits.findLast(([, { name }]) => name === idOrName)
    const found = named ?? exits.find(([id]) => idOrName.length >= shortestPrefix && id.startsWith(idOrName))
    return found?.[1].code
  }

  /** Ends the waiting for those that still run. */
  close(): void {
    for (const wait of this.#waits) wait.abort()
    this.#exits.clear()
  }
}

interface Exit {
  /** Absent once another container holds it. */
  readonly name?: string
  readonly code: Promise<number>
}

const shortestPrefix = 12

/** The answer of `POST /containers/{id}/wait`; below 0 where the engine does not know the exit code (Podman). */
export function exitCodeOf(answer: unknown, request: string): number {
  const code = isRecord(answer) ? answer['StatusCode'] : undefined
  if (Number.isInteger(code)) return Number(code)
  throw malformed(request, 'the number `StatusCode`')
}
