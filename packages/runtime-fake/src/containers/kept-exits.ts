import type { ContainerRecord } from '../engine/records.ts'

/** The containers that remove themselves and that this runtime has started: their exit codes outlive them. */
export class KeptExits {
  readonly #containers = new Map<string, ContainerRecord>()
  /** The latest holder of each name; absent where that is none of these. */
  readonly #names = new Map<string, ContainerRecord>()

  keep(container: ContainerRecord): void {
    this.hold(container)
    if (container.spec.autoRemove !== true) return
    this.#containers.set(container.id, container)
    this.#names.set(container.name, container)
  }

  /** The container holds its name from now on. */
  hold(container: ContainerRecord): void {
    for (const [name, other] of this.#names) {
      if (name === container.name ? other !== container : other === container) this.#names.delete(name)
    }
    if (this.#containers.has(container.id)) this.#names.set(container.name, container)
  }

  find(idOrName: string): ContainerRecord | undefined {
    return this.#containers.get(idOrName) ?? this.#names.get(idOrName)
  }

  close(): void {
    this.#containers.clear()
    this.#names.clear()
  }
}
