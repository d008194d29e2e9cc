import {
  createRuntime,
  defineCapabilities,
  type Capabilities,
  type CreateRuntimeOptions,
  type Runtime,
} from '@moorage/runtime-core'
import { fakeAdapter, fakeCapabilities } from './adapter.ts'
import type { Clock } from './clock/clock.ts'
import { controlled } from './control/controlled.ts'
import { Faults } from './control/faults.ts'
import { Journal } from './control/journal.ts'
import { FakeEngine, type FakeEngineOptions } from './engine/engine.ts'

export interface FakeRuntimeOptions extends FakeEngineOptions, CreateRuntimeOptions {
  /**
   * An engine to share with other runtimes, as they share a daemon. It then brings its own clock, images and registry.
   * Absent: an engine of its own, whose containers end when this runtime is closed.
   */
  readonly engine?: FakeEngine
  /** Capabilities to switch off, to test what a caller does without them. Those that the fake lacks stay off. */
  readonly capabilities?: Partial<Capabilities>
}

/** What a test does with the fake besides calling it. */
export interface FakeControls {
  readonly engine: FakeEngine
  readonly clock: Clock
  /** What is to go wrong. */
  readonly faults: Faults
  /** What was called. */
  readonly journal: Journal
}

export interface FakeRuntime extends Runtime {
  readonly fake: FakeControls
}

/** A runtime in memory: it needs no daemon, and behaves as the real ones do. */
export function createFakeRuntime(options: FakeRuntimeOptions = {}): FakeRuntime {
  const { engine: shared, capabilities: switched = {}, closeTimeoutMs, onCleanupFailure, ...engineOptions } = options
  const engine = shared ?? new FakeEngine(engineOptions)
  const controls: FakeControls = { engine, clock: engine.clock, faults: new Faults(), journal: new Journal() }
  const adapter = fakeAdapter(engine, {
    capabilities: withSwitchedOff(switched),
    onClose: () => {
      if (shared === undefined) engine.dispose()
    },
  })
  const runtime = createRuntime(controlled(adapter, controls), {
    ...(closeTimeoutMs !== undefined && { closeTimeoutMs }),
    ...(onCleanupFailure && { onCleanupFailure }),
  })
  return { ...runtime, fake: controls }
}

function withSwitchedOff(switched: Partial<Capabilities>): Capabilities {
  const names = Object.entries(switched).filter(([, value]) => !value)
  return defineCapabilities({ ...fakeCapabilities, ...Object.fromEntries(names) })
}
