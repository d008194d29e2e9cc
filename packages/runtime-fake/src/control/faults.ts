import type { ErrorDetails, GatedMethods, MandatoryMethods, RuntimeErrorCode } from '@moorage/runtime-core'

/** The name of a method of the fake. */
export type FakeMethod = keyof MandatoryMethods | keyof GatedMethods

/** What goes wrong with a call. */
export type FakeFault =
  /** It fails, having done nothing. */
  | {
      readonly kind: 'fail'
      readonly code: RuntimeErrorCode
      readonly message?: string
      readonly details?: ErrorDetails<RuntimeErrorCode>
    }
  /** It never answers; only an abort or a close ends it. */
  | { readonly kind: 'stall' }
  /** It is done, but its answer is lost: CONNECTION_LOST. A stream breaks after so many values (default 0). */
  | { readonly kind: 'lose-connection'; readonly afterValues?: number }
  /** It answers later than it would, by the fake's clock. */
  | { readonly kind: 'delay'; readonly milliseconds: number }

interface Plan {
  readonly every: number
  readonly fault: FakeFault
  readonly once: boolean
  calls: number
}

/** What is to go wrong, by method. */
export class Faults {
  readonly #plans = new Map<FakeMethod, Plan[]>()

  /** The next call of the method, once. Several queue up. */
  next(method: FakeMethod, fault: FakeFault): void {
    this.#plan(method, { every: 1, fault, once: true, calls: 0 })
  }

  /** Every n-th call of the method from now on: 1 is each. */
  every(count: number, method: FakeMethod, fault: FakeFault): void {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`\`count\` must be a whole number from 1, not ${count}.`)
    this.#plan(method, { every: count, fault, once: false, calls: 0 })
  }

  /** Nothing goes wrong any more; of one method if it is given. */
  clear(method?: FakeMethod): void {
    if (method === undefined) this.#plans.clear()
    else this.#plans.delete(method)
  }

  /** The fault of a call that begins now. */
  take(method: FakeMethod): FakeFault | undefined {
    const plans = this.#plans.get(method) ?? []
    for (const plan of plans) {
      plan.calls += 1
      if (plan.calls % plan.every !== 0) continue
      if (plan.once) plans.splice(plans.indexOf(plan), 1)
      return plan.fault
    }
    return undefined
  }

  #plan(method: FakeMethod, plan: Plan): void {
    this.#plans.set(method, [...(this.#plans.get(method) ?? []), plan])
  }
}
