import type { ContainerRecord } from '../engine/records.ts'

/** The containers that remove themselves and that this runtime has started: their exit codes outlive them. */
export class KeptExits {
  readonly #containers = new Map<string, ContainerRecord>()

  keep(container: ContainerRecord): void {
    if (container.spec.autoRemove !== true) return
    this.#containers.set(container.id, container)
    this.#containers.set(container.name, container)
  }

  find(idOrName: string): ContainerRecord | undefined {
    return this.#containers.get(idOrName)
  }

  close(): void {
    this.#containers.clear()
  }
}
