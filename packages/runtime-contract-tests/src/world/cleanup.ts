/** What a case made, to be undone in the opposite order. */
export class Cleanup {
  readonly #duties: (() => Promise<unknown>)[] = []

  add(duty: () => Promise<unknown>): void {
    this.#duties.push(duty)
  }

  /** Undoes all of it; one failure does not keep the rest. Answers the failures. */
  async run(): Promise<readonly unknown[]> {
    const errors: unknown[] = []
    for (let duty = this.#duties.pop(); duty !== undefined; duty = this.#duties.pop()) {
      await duty().catch((error: unknown) => errors.push(error))
    }
    return errors
  }
}
