/** Removals of one container at the same time. */
interface Group {
  members: number
  /** One of them has found the container. */
  found: boolean
}

/** What one removal knows of the others. */
export interface Removal {
  /** Tells the others that the container was there. */
  readonly markFound: () => void
  /** Whether it was there for this removal or for another one at the same time. */
  readonly wasFound: () => boolean
}

/** The removals under way, so that others of the same container know that it was there when they were called. */
export class Removals {
  readonly beforeForced: (id: string, signal: AbortSignal | undefined) => Promise<void>
  readonly #groups = new Map<string, Group>()

  constructor(beforeForced: Removals['beforeForced'] = () => Promise.resolve()) {
    this.beforeForced = beforeForced
  }

  /** By what the caller calls it, which may be its id or its name. */
  async run<T>(name: string, work: (removal: Removal) => Promise<T>): Promise<T> {
    const group = this.#groups.get(name) ?? { members: 0, found: false }
    this.#groups.set(name, group)
    group.members += 1
    try {
      return await work({
        markFound: () => {
          group.found = true
        },
        wasFound: () => group.found,
      })
    } finally {
      group.members -= 1
      if (group.members === 0) this.#groups.delete(name)
    }
  }
}
