type Taken<Item> = IteratorResult<Item, undefined>
interface Waiter<Item> {
  readonly resolve: (taken: Taken<Item>) => void
  readonly reject: (reason: unknown) => void
}
type Ending = { readonly failed: false } | { readonly failed: true; readonly reason: unknown }

/** Below this many taken places at the front, the queue is not worth cutting. */
const WORTH_CUTTING = 1024

/**
 * Items on their way from one that pushes to one that pulls. A pull that comes first waits; the end, and a failure,
 * are seen after the items that came before them, unless the mailbox is closed, which drops them.
 */
export class Mailbox<Item> {
  #items: (Item | undefined)[] = []
  #first = 0
  #waiters: Waiter<Item>[] = []
  #ending: Ending | undefined

  get size(): number {
    return this.#items.length - this.#first
  }

  get ended(): boolean {
    return this.#ending !== undefined
  }

  get hasWaiters(): boolean {
    return this.#waiters.length > 0
  }

  /** Hands the item to the first waiter, else queues it; false if it was dropped because the mailbox has ended. */
  put(item: Item): boolean {
    if (this.#ending !== undefined) return false
    const waiter = this.#waiters.shift()
    if (waiter === undefined) this.#items.push(item)
    else waiter.resolve({ done: false, value: item })
    return true
  }

  take(): Promise<Taken<Item>> {
    const item = this.takeQueued()
    if (item !== undefined) return Promise.resolve({ done: false, value: item })
    const ending = this.#ending
    if (ending === undefined) return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }))
    return ending.failed ? Promise.reject(ending.reason) : Promise.resolve({ done: true, value: undefined })
  }

  /** The oldest item that is already there. */
  takeQueued(): Item | undefined {
    if (this.#first === this.#items.length) return undefined
    const item = this.#items[this.#first]
    this.#items[this.#first] = undefined
    this.#first += 1
    if (this.#first === this.#items.length) this.#clear()
    else if (this.#first >= WORTH_CUTTING && this.#first * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
    return item
  }

  finish(): void {
    this.#end({ failed: false })
  }

  fail(reason: unknown): void {
    this.#end({ failed: true, reason })
  }

  /** Ends at once and drops what nobody has taken; replaces an end that nobody has seen yet. */
  close(failure?: { readonly reason: unknown }): void {
    this.#clear()
    this.#ending = undefined
    this.#end(failure === undefined ? { failed: false } : { failed: true, reason: failure.reason })
  }

  #clear(): void {
    this.#items = []
    this.#first = 0
  }

  #end(ending: Ending): void {
    if (this.#ending !== undefined) return
    this.#ending = ending
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) {
      if (ending.failed) waiter.reject(ending.reason)
      else waiter.resolve({ done: true, value: undefined })
    }
  }
}
