/** The removals under way, so that others of the same container know that it was there when they were called. */
export class Removals {
  readonly beforeForced: (id: string, signal: AbortSignal | undefined) => Promise<void>
  readonly #underWay = new Map<string, number>()

  constructor(beforeForced: Removals['beforeForced'] = () => Promise.resolve()) {
    this.beforeForced = beforeForced
  }

  /** By what callers call it, which may be its id or its name. */
  isUnderWay(name: string): boolean {
    return this.#underWay.has(name)
  }

  async run<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const name of names) this.#underWay.set(name, (this.#underWay.get(name) ?? 0) + 1)
    try {
      return await work()
    } finally {
      for (const name of names) {
        const left = (this.#underWay.get(name) ?? 1) - 1
        if (left === 0) this.#underWay.delete(name)
        else this.#underWay.set(name, left)
      }
    }
  }
}
