/** Clean-up that went on after its caller had left, and did not work: something of the call may be left on the engine. */
export interface CleanupFailure {
  /** The method whose call was left, such as `execContainer`. */
  readonly operation: string
  /** A `RuntimeError`, where it is one, names the resource. */
  readonly error: unknown
}

/** Hears of clean-up that did not work; what it throws is dropped. */
export type OnCleanupFailure = (failure: CleanupFailure) => void
